"""What the repository says about itself holds."""
