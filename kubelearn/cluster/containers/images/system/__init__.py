"""What the cluster itself runs: CoreDNS and kube-proxy."""
