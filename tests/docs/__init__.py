"""What is undocumented, or documented and not there, fails."""
