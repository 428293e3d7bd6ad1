"""IPython reads this at the start of every kernel of the environment that kubelearn is installed in.

kubectl is found there, however Jupyter was started, and it finds no cluster in a kernel until a cell calls
kubelearn.connect(). Whoever wants their own clusters in a notebook without the course says so in a cell:
%env KUBECONFIG=/path/to/config
"""

from kubelearn.target import environment, kubectl

environment.guard()
kubectl.expose()
