"""kubernetes.io's pages about Services: their commands and names, typed as a reader types them."""
