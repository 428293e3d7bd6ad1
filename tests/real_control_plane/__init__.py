"""A cluster whose control plane is the real one, and whose nodes are the embedded cluster's.

    python -m tests.real_control_plane --kubeconfig PATH

starts ``etcd``, ``kube-apiserver``, ``kube-controller-manager`` and ``kube-scheduler`` of the PATH
(Kubernetes 1.36; https://dl.k8s.io/v1.36.3/bin/linux/amd64/ and etcd's releases have them), with
RBAC, admission and everything else as it is by default. The kubelets, kube-proxy and cluster DNS are
the embedded cluster's: they follow the real API, and write to it. So what the course sends is judged
by the real API server, and what it waits for is done by the real controllers; only containers and
the network between them are emulated. It is for machines that can run no container.

    python -m tests.notebooks.elsewhere --target context=real    # the whole course there
"""
