"""Pages of kubernetes.io about Services: their commands, with their names, do here what the pages say."""
