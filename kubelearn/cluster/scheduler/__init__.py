"""kube-scheduler: ``scheduler`` is the component, ``filters`` decide which nodes may have a pod."""
