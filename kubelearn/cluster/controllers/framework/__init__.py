"""What all controllers are made with: ``informer`` (what is known), ``workqueue`` (what is to be done), ``ownership`` (whose is it), ``pods`` (what is said about a pod)."""
