"""What the product does: each service owns its transaction and takes values and models, never a request."""
