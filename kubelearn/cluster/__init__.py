"""The embedded cluster: Kubernetes in this process, one folder or module for each of its components.

Nobody needs to read this package to use or extend the course.  To find out how Kubernetes balances
connections, begin with :mod:`kubelearn.cluster.kube_proxy.kube_proxy`: its first page explains it.

The control plane:

* ``apiserver``: kube-apiserver; every other part reads and writes objects through its ``registry``.
* ``store``: what etcd is: objects, versions and watches, in memory.
* ``controllers``: kube-controller-manager, with a folder or module for each controller.
* ``scheduler``: kube-scheduler, which gives each pod a node.
* ``coredns``: what cluster DNS answers.

On each node:

* ``kubelet``: runs the node's pods.
* ``containers``: what runs in them: shell, tools and images, as coroutines and not as processes of the machine.
* ``kube_proxy``: leads connections from the address of a Service to the address of a pod.
* ``network_policy``: the network plug-in's agent, which drops what NetworkPolicies do not allow.
* ``network``: the pod network, which no packet leaves; ``nodeports`` is the one way in from the learner's machine.

What holds it together:

* ``embedded`` starts and stops the whole; ``bootstrap`` is what a fresh cluster contains; ``timing`` how long
  things take.
* ``events`` writes Events for all components.
* ``meta`` has small helpers on objects, ``well_known`` the names and addresses that several components have to know,
  ``streams`` bytes between programs, ``listening`` the end of a listener.

A module that follows one file of Kubernetes names it: ``K/…`` is a path in kubernetes/kubernetes, release 1.36.
"""
