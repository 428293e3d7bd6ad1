"""What kubectl prints of requests that a learner makes, right and wrong."""

from __future__ import annotations

from typing import Any

from tests.real_control_plane.compare.session import Session

#: What is typed after ``kubectl``.
_COMMANDS: tuple[Any, ...] = (
    "create deployment web --image=nginx:1.27",
    "create deployment web --image=nginx:1.27",
    "create deployment Web --image=nginx",
    "expose deployment web --port=80",
    "expose deployment web --port=80",
    "expose deployment none --port=80",
    "expose deployment web --port=80 --name=np --type=NodePort",
    "expose deployment web --name=noport",
    "expose pod none --port=1",
    "create service clusterip a --tcp=80",
    "create service nodeport b --tcp=80:8080 --node-port=99",
    "create service externalname c --external-name=example.com",
    "create service clusterip d --clusterip=None",
    "create service loadbalancer e --tcp=80",
    "create configmap f --from-literal=a=b",
    "create secret generic g --from-literal=a=b",
    "create namespace A",
    "create job h --image=busybox -- true",
    "create cronjob i --image=busybox --schedule=* -- true",
    "create quota q",
    "create ingress x --rule=a/b=c:80",
    "get svc",
    "get svc none",
    "get foo",
    "get deployments.v1.apps",
    "get deployments.apps",
    "get pods --field-selector=foo=bar",
    "get pods -l a=b,,c",
    "get svc -l =",
    "get all",
    "get pods none another",
    "get svc/a deployment/web",
    "get svc a -o jsonpath={.spec.type}",
    "get svc a -o jsonpath={.spec.nope}",
    "get svc a -o name",
    "get svc --sort-by=.metadata.name",
    "get svc a -o custom-columns=N:.metadata.name,T:.spec.type",
    "get events",
    "get ns default",
    "get nodes",
    "get sa",
    "get cm",
    "get secrets",
    "get endpoints",
    "get endpointslices",
    "get leases",
    "get ingress",
    "get pvc",
    "get hpa",
    "get ds",
    "get sts",
    "get cj",
    "get netpol",
    "get rc",
    "get quota",
    "get limits",
    "get sc",
    "get pv",
    "get roles",
    "get crd",
    "get pdb",
    "get componentstatuses",
    "label svc a x=y",
    "label svc a x=z",
    "label svc a x=z --overwrite",
    "label svc a x-",
    "label svc a bad/label/key=x",
    "label svc none x=y",
    "annotate svc a x=y",
    "annotate svc a x-",
    "scale deployment web --replicas=0",
    "scale deployment none --replicas=2",
    "scale deployment web --replicas=-1",
    "scale svc a --replicas=1",
    "scale deployment web --current-replicas=7 --replicas=2",
    "set image deployment/web nginx=nginx:1.26",
    "set image deployment/web nope=nginx:1.26",
    "set env deployment/web A=b",
    "set selector svc a x=y",
    "set resources deployment web --limits=cpu=1 --requests=cpu=2",
    "autoscale deployment web --max=3",
    'patch svc a -p {"spec":{"ports":[{"port":80,"targetPort":81}]}}',
    'patch svc a -p {"spec":{"type":"X"}}',
    'patch svc a -p {"spec":{"clusterIP":"10.96.9.9"}}',
    "patch svc a -p nonsense",
    'patch deployment web -p {"spec":{"selector":{"matchLabels":{"a":"b"}}}}',
    'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}',
    "patch svc none -p {}",
    'patch svc a --type=json -p [{"op":"remove","path":"/spec/nope"}]',
    'patch svc a --type=merge -p {"spec":{"foo":1}}',
    "explain svc.spec.type",
    "explain pod.spec.containers.ports",
    "explain foo",
    "explain svc.spec.nope",
    "explain deployment --recursive",
    "explain endpointslice.endpoints",
    "explain svc.spec.ports.targetPort",
    "delete svc none",
    "delete svc a",
    "delete svc a",
    "delete deployment web --cascade=orphan",
    "delete svc --all",
    "delete pods -l none=none",
    "delete foo bar",
    "logs none",
    "logs deployment/none",
    "exec none -- ls",
    "port-forward none 80",
    "port-forward svc/none 80",
    "attach none",
    "cp none:/x /tmp/x",
    "describe svc none",
    "describe pods",
    "describe svc e",
    "describe ns default",
    "describe cm f",
    "describe secret g",
    "describe sa default",
    "auth can-i create pods",
    "auth can-i --list",
    "auth can-i get foo",
    "auth whoami -o yaml",
    "api-versions",
    "version",
    "cluster-info",
    "top pods",
    "top nodes",
    "cordon none",
    "drain none",
    "taint nodes none a=b:NoSchedule",
    "wait --for=condition=Ready pod/none --timeout=1s",
    "wait --for=delete pod/none --timeout=1s",
    "rollout status deployment/none",
    "rollout history deployment/none",
    "rollout undo deployment/none",
    "run x --image=nginx --dry-run=server -o yaml",
    "run X --image=nginx",
    "run y --image=nginx --port=x",
    "run z --image=",
    "run w --image=nginx --labels=a",
    "get pods -A --field-selector=metadata.namespace=nope",
    "get --raw /foo",
    "get --raw /api/v1/namespaces/default/services/none",
    "get --raw /healthz",
    "events",
    "debug none --image=busybox",
    "certificate approve none",
    "replace -f none.yaml",
)
#: What is wrong with a manifest, and the manifest; the last are right, one after the other.
_MANIFESTS = {
    "typo": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {selectr: {a: b}, ports: [{port: 80}]}
""",
    "kind": """\
apiVersion: v1
kind: Servce
metadata: {name: m}
""",
    "version": """\
apiVersion: apps/v1
kind: Service
metadata: {name: m}
""",
    "old": """\
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: m}
""",
    "noname": """\
apiVersion: v1
kind: Service
spec: {ports: [{port: 80}]}
""",
    "type": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {ports: [{port: eighty}]}
""",
    "twice": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {ports: [{port: 80}], ports: [{port: 81}]}
""",
    "labels": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: c}}
    spec: {containers: [{name: c, image: nginx}]}
""",
    "noselector": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  template:
    metadata: {labels: {a: c}}
    spec: {containers: [{name: c, image: nginx}]}
""",
    "empty": "",
    "list": """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: l2}, data: {a: 1}}
""",
    "namespace": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: m, namespace: nowhere}
""",
    "crd": """\
apiVersion: example.com/v1
kind: Foo
metadata: {name: m}
""",
    "good": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {selector: {a: b}, ports: [{port: 80}]}
""",
    "again": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {selector: {a: b}, ports: [{port: 80}]}
""",
    "change": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {selector: {a: c}, ports: [{port: 80, name: x}, {port: 81, name: y}]}
""",
    "immutable": """\
apiVersion: v1
kind: Service
metadata: {name: m}
spec: {clusterIP: None, selector: {a: c}, ports: [{port: 80}]}
""",
    "env": """\
apiVersion: v1
kind: Pod
metadata: {name: m}
spec: {containers: [{name: c, image: nginx, env: [{name: A, value: 1}]}]}
""",
}


def words(session: Session) -> None:
    """Compare what kubectl prints of requests that a learner makes, right and wrong."""
    for line in _COMMANDS:
        session.kubectl(*line.split())
    for manifest in _MANIFESTS.values():
        session.kubectl("apply", "-f", "-", stdin=manifest)
        session.kubectl("apply", "--server-side", "-f", "-", stdin=manifest)
        session.kubectl("create", "-f", "-", stdin=manifest)
        session.kubectl("diff", "-f", "-", stdin=manifest)
        session.kubectl("replace", "-f", "-", stdin=manifest)
    session.kubectl("apply", "--validate=false", "-f", "-", stdin=_MANIFESTS["typo"])
    session.kubectl("apply", "--validate=warn", "-f", "-", stdin=_MANIFESTS["typo"])
    session.kubectl("apply", "--dry-run=server", "-f", "-", stdin=_MANIFESTS["change"])
    session.kubectl("delete", "-f", "-", stdin=_MANIFESTS["good"])
    session.kubectl("get", "svc", "m", "-o", "yaml", "--show-managed-fields")
