"""What the controllers, the scheduler and the kubelets make of objects, once it is settled; and what kubectl shows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.real_control_plane.compare.objects import Object, container, deployment, job, merged, pod, service, template
from tests.real_control_plane.compare.session import MERGE, Session

_NGINX = {"name": "c", "image": "nginx:1.27", "ports": [{"containerPort": 80}]}


def _settled(session: Session, name: str = "web") -> None:
    session.until(
        session.path("deployments", name),
        lambda found: (
            found["status"].get("observedGeneration") == found["metadata"]["generation"]
            and found["status"].get("updatedReplicas", 0) == found["spec"]["replicas"]
            and found["status"].get("replicas", 0) == found["spec"]["replicas"]
            and found["status"].get("availableReplicas", 0) == found["spec"]["replicas"]
            and any(each.get("reason") == "NewReplicaSetAvailable" for each in found["status"].get("conditions", ()))
        ),
    )


def _gone(session: Session, resource: str) -> None:
    session.until(resource, lambda found: not found["items"])


def _show(session: Session, *resources: str) -> None:
    for resource in resources:
        answer = session.get(resource, record=False)
        items = sorted(
            (item for item in answer.body["items"]),
            key=lambda item: (
                item["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", ""),
                item["metadata"]["name"],
            ),
        )
        if resource == "pods":
            items = [{**item, "spec": {**item["spec"], "nodeName": "<node>"}} for item in items[:1]]
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, items))


def _events(session: Session) -> None:
    """Compare which events there are, not when nor how often."""
    answer = session.get("events", record=False)
    seen = sorted(
        {
            (
                event["involvedObject"]["kind"],
                event["type"],
                event["reason"],
                event["message"],
                event["source"].get("component", event.get("reportingComponent", "")),
            )
            for event in answer.body["items"]
            if event["involvedObject"]["kind"] in ("Deployment", "ReplicaSet", "Job", "Pod", "Service", "Endpoints")
        }
    )
    masked = sorted({str(each) for each in seen})
    session.answers.append(type(answer)(f"{answer.request} all", answer.status, {}, masked))


#: What is done to a Deployment, one after the other.
_CHANGES: tuple[Any, ...] = (
    {"spec": {"replicas": 3}},
    {"spec": {"template": {"spec": {"containers": [{**_NGINX, "image": "nginx:1.26"}]}}}},
    {"spec": {"paused": True}},
    {"spec": {"paused": False}},
    {
        "spec": {"template": {"metadata": {"annotations": {"a": "b"}}}},
        "metadata": {"annotations": {"kubernetes.io/change-cause": "because"}},
    },
    {"spec": {"template": {"metadata": {"annotations": None}, "spec": {"containers": [_NGINX]}}}},
)
_ROLLOUT_COMMANDS: tuple[Any, ...] = (
    ("rollout", "history", "deployment/web"),
    ("rollout", "history", "deployment/web", "--revision=4"),
    ("rollout", "status", "deployment/web"),
    ("describe", "deployment", "web"),
    ("get", "deployments,replicasets,pods", "-o", "wide"),
    ("rollout", "undo", "deployment/web"),
    ("rollout", "status", "deployment/web"),
    ("rollout", "undo", "deployment/web", "--to-revision=99"),
    ("rollout", "undo", "deployment/web", "--to-revision=2"),
    ("rollout", "status", "deployment/web"),
    ("rollout", "history", "deployment/web"),
    ("rollout", "pause", "deployment/web"),
    ("rollout", "pause", "deployment/web"),
    ("rollout", "undo", "deployment/web"),
    ("rollout", "resume", "deployment/web"),
    ("rollout", "resume", "deployment/web"),
    ("rollout", "restart", "deployment/web"),
    ("rollout", "status", "deployment/web"),
)


def rollouts(session: Session) -> None:
    session.create("deployments", deployment(replicas=2, template=template(containers=[_NGINX])))
    _settled(session)
    _show(session, "deployments", "replicasets", "pods")
    path = session.path("deployments", "web")
    for change in _CHANGES:
        session.patch(path, change, MERGE, fieldManager="learner")
        if change != {"spec": {"paused": True}}:
            _settled(session)
        else:
            session.until(
                path,
                lambda found: any(
                    each.get("reason") == "DeploymentPaused" for each in found["status"].get("conditions", ())
                ),
            )
        _show(session, "deployments", "replicasets")
    for words in _ROLLOUT_COMMANDS:
        session.kubectl(*words)
    _settled(session)
    _show(session, "deployments")
    session.delete(path)
    _gone(session, "replicasets")
    _gone(session, "pods")
    _events(session)


def failing_rollouts(session: Session) -> None:
    session.create(
        "deployments", deployment(replicas=2, progressDeadlineSeconds=2, template=template(containers=[_NGINX]))
    )
    _settled(session)
    session.patch(
        session.path("deployments", "web"),
        {"spec": {"template": {"spec": {"containers": [{**_NGINX, "image": "nowhere.example.com/none:1"}]}}}},
        MERGE,
    )
    session.until(
        session.path("deployments", "web"),
        lambda found: any(each.get("reason") == "ProgressDeadlineExceeded" for each in found["status"]["conditions"]),
    )
    _show(session, "deployments", "replicasets")
    session.kubectl("rollout", "status", "deployment/web")
    session.kubectl("rollout", "undo", "deployment/web")
    _settled(session)
    _show(session, "deployments", "replicasets")


_SERVICE_COMMANDS: tuple[Any, ...] = (
    ("describe", "service", "waiting"),
    ("describe", "service", "outside"),
    ("get", "services,endpoints,endpointslices"),
    ("get", "svc", "-o", "wide"),
    ("get", "endpoints", "waiting", "-o", "yaml"),
    ("describe", "endpoints", "waiting"),
    ("describe", "pod", "unready"),
    ("get", "pods", "-o", "wide"),
    ("get", "pod", "unready", "-o", "yaml"),
)


def _make_services(session: Session) -> None:
    """Make Services of all kinds, and pods for them."""
    session.create("services", service())
    session.create(
        "services", service("headless", clusterIP="None", ports=[{"name": "http", "port": 80, "targetPort": "http"}])
    )
    session.create("services", service("waiting", selector={"app": "nobody"}))
    session.create("services", service("outside", selector=None))
    session.create(
        "endpoints",
        {"metadata": {"name": "outside"}, "subsets": [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]}]},
    )
    session.create("services", service("early", publishNotReadyAddresses=True))
    for number in range(2):
        session.create(
            "pods",
            merged(
                pod(f"p{number}", [{**_NGINX, "ports": [{"name": "http", "containerPort": 80}]}]),
                {"spec": {"schedulerName": None}},
            ),
        )
    unready = container("c", image="nginx:1.27", readinessProbe={"exec": {"command": ["false"]}})
    session.create("pods", merged(pod("unready", [unready]), {"spec": {"schedulerName": None}}))


def _until_endpoints(session: Session) -> None:
    """Wait for the endpoints of all Services."""
    ready: Callable[[Any], bool] = lambda found: (  # noqa: E731
        len(found.get("subsets", ())) == 1
        and len(found["subsets"][0].get("addresses", ())) == 2
        and len(found["subsets"][0].get("notReadyAddresses", ())) == 1
    )
    session.until(session.path("endpoints", "web"), ready)
    session.until(
        session.path("endpoints", "headless"),
        lambda found: len((found.get("subsets") or [{}])[0].get("addresses", ())) == 2,
    )
    session.until("endpointslices", lambda found: len(found["items"]) >= 5)
    session.until(
        "endpointslices",
        lambda found: all(
            len(item["endpoints"] or ()) == 3
            for item in found["items"]
            if item["metadata"]["name"].startswith(("web", "early"))
        ),
    )


def _show_endpoints(session: Session) -> None:
    """Compare the endpoints, with the pods in order."""
    for name in ("web", "headless", "waiting", "outside", "early"):
        answer = session.get(session.path("endpoints", name), record=False)
        for subset in answer.body.get("subsets", ()):
            for key in ("addresses", "notReadyAddresses"):
                subset.get(key, []).sort(key=lambda address: address.get("targetRef", {}).get("name", ""))
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, answer.body))
        answer = session.get("endpointslices", labelSelector=f"kubernetes.io/service-name={name}", record=False)
        for item in answer.body["items"]:
            (item["endpoints"] or []).sort(key=lambda each: each.get("targetRef", {}).get("name", ""))
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, answer.body))


def _change_services(session: Session) -> None:
    """Take away a selector, a label, and a Service."""
    session.patch(session.path("services", "web"), {"spec": {"selector": None}}, MERGE)
    session.patch(session.path("services", "headless"), {"metadata": {"labels": {"new": "label"}}}, MERGE)
    session.until(
        session.path("endpoints", "headless"), lambda found: found["metadata"].get("labels", {}).get("new") == "label"
    )
    session.get(session.path("endpoints", "headless"), note="relabelled")
    session.delete(session.path("services", "early"))
    session.until(session.path("endpoints", "early"), lambda found: found.get("code") == 404)
    session.until(
        "endpointslices", lambda found: not any(item["metadata"]["name"].startswith("early") for item in found["items"])
    )


def services(session: Session) -> None:
    """Services, with endpoints by selector, by hand, and none."""
    _make_services(session)
    _until_endpoints(session)
    _show_endpoints(session)
    for words in _SERVICE_COMMANDS:
        session.kubectl(*words)
    _change_services(session)
    _events(session)


def scheduling(session: Session) -> None:
    specs: dict[str, Object] = {
        "selector": {"nodeSelector": {"disk": "ssd"}},
        "cpu": {"containers": [container(resources={"requests": {"cpu": "1000"}})]},
        "memory": {"containers": [container(resources={"requests": {"memory": "100Ti"}})]},
        "both": {"containers": [container(resources={"requests": {"memory": "100Ti", "cpu": "1000"}})]},
        "gpu": {"containers": [container(resources={"limits": {"example.com/gpu": 1}})]},
        "affinity": {
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]
                    }
                }
            }
        },
        "gated": {"schedulingGates": [{"name": "a.b/c"}]},
        "volume": {"volumes": [{"name": "v", "emptyDir": {}}], "nodeSelector": {"kubernetes.io/hostname": "nowhere"}},
        "tolerant": {"tolerations": [{"operator": "Exists"}], "nodeSelector": {"x": "y"}},
    }
    for name, spec in specs.items():
        session.create("pods", merged(pod(name, **spec), {"spec": {"schedulerName": None}}))
    for name in specs:
        session.until(
            session.path("pods", name),
            lambda found: any(each["type"] == "PodScheduled" for each in found["status"].get("conditions", ())),
        )
        session.get(session.path("pods", name), note="settled")
    session.kubectl("get", "pods")
    session.until(
        "events",
        lambda found: (
            len([event for event in found["items"] if event["reason"] == "FailedScheduling"]) >= len(specs) - 1
        ),
    )
    for event in sorted(
        session.get("events", record=False).body["items"], key=lambda event: event["involvedObject"]["name"]
    ):
        if event["reason"] == "FailedScheduling":
            event["metadata"]["managedFields"] = None
            session.answers.append(
                type(session.answers[-1])(f"event of {event['involvedObject']['name']}", 200, {}, event)
            )
    session.kubectl("describe", "pod", "cpu")


def jobs(session: Session) -> None:
    def run(script: str, **spec: Any) -> Object:
        return merged(
            job(spec.pop("name", "web"), **spec),
            {
                "spec": {
                    "template": {
                        "spec": {
                            "schedulerName": None,
                            "containers": [{"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", script]}],
                        }
                    }
                }
            },
        )

    session.create("jobs", run("true"))
    session.create("jobs", run("false", name="fails", backoffLimit=0))
    session.create("jobs", run("true", name="many", completions=3, parallelism=2))
    session.create("jobs", run("sleep 60", name="late", activeDeadlineSeconds=1))
    session.create("jobs", run("true", name="asleep", suspend=True))
    for name in ("web", "fails", "many", "late"):
        session.until(
            session.path("jobs", name),
            lambda found: any(each["type"] in ("Complete", "Failed") for each in found["status"].get("conditions", ())),
        )
    session.until(session.path("jobs", "asleep"), lambda found: found["status"].get("conditions"))
    for name in ("web", "fails", "many", "late", "asleep"):
        session.get(session.path("jobs", name), note="settled")
    session.kubectl("get", "jobs")
    session.kubectl("get", "jobs", "-o", "wide")
    session.kubectl("describe", "job", "many")
    session.kubectl("describe", "job", "fails")
    session.kubectl("logs", "job/web")
    session.kubectl("delete", "job", "--all")
    _events(session)


def replicas(session: Session) -> None:
    session.create(
        "replicasets", {**deployment(replicas=2, template=template(containers=[_NGINX])), "kind": "ReplicaSet"}
    )
    settled: Callable[[Any], bool] = lambda found: (  # noqa: E731
        found["status"].get("availableReplicas", 0) == found["spec"]["replicas"]
        and found["status"]["replicas"] == found["spec"]["replicas"]
        and found["status"].get("observedGeneration") == found["metadata"]["generation"]
    )
    path = session.path("replicasets", "web")
    session.until(path, settled)
    session.get(path)
    _show(session, "pods")
    session.patch(session.path("replicasets", "web", "scale"), {"spec": {"replicas": 1}}, MERGE)
    session.until(path, settled)
    session.get(path)
    session.kubectl("describe", "rs", "web")
    session.create("pods", merged(pod("orphan", [_NGINX]), {"spec": {"schedulerName": None}}))
    session.until("pods", lambda found: len(found["items"]) == 1)
    session.kubectl("get", "rs", "-o", "wide")
    session.delete(path, {"propagationPolicy": "Orphan"})
    session.until(path, lambda found: found.get("code") == 404)
    _show(session, "pods")
    session.create(
        "deployments",
        merged(deployment("quota", template=template(serviceAccountName="missing")), {"spec": {"replicas": 1}}),
    )
    session.until(
        session.path("deployments", "quota"),
        lambda found: any(each["type"] == "ReplicaFailure" for each in found["status"].get("conditions", ())),
    )
    session.get(session.path("deployments", "quota"))
    _show(session, "replicasets")
    _events(session)
    session.delete(session.path("deployments", "quota"), {"propagationPolicy": "Foreground"})
    session.until(session.path("deployments", "quota"), lambda found: found.get("code") == 404)


#: Name, and what differs in the spec.
_PODS: tuple[Any, ...] = (
    ("plain", {}),
    ("crash", {"containers": [container(image="busybox:1.36", command=["false"])], "restartPolicy": "Never"}),
    ("done", {"containers": [container(image="busybox:1.36", command=["true"])], "restartPolicy": "OnFailure"}),
    ("pull", {"containers": [container(image="nowhere.example.com/none:1")]}),
    (
        "config",
        {
            "containers": [
                container(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "a"}}}])
            ]
        },
    ),
    ("init", {"initContainers": [container("i", image="busybox:1.36", command=["true"])]}),
)


def pods(session: Session) -> None:
    for name, more in _PODS:
        session.create("pods", merged(pod(name, **more), {"spec": {"schedulerName": None}}))
    session.until(session.path("pods", "plain"), lambda found: found["status"]["phase"] == "Running")
    session.until(session.path("pods", "crash"), lambda found: found["status"]["phase"] == "Failed")
    session.until(session.path("pods", "done"), lambda found: found["status"]["phase"] == "Succeeded")
    session.until(session.path("pods", "init"), lambda found: found["status"]["phase"] == "Running")
    session.until(
        session.path("pods", "config"),
        lambda found: any(
            "waiting" in each["state"] and each["state"]["waiting"]["reason"] == "CreateContainerConfigError"
            for each in found["status"].get("containerStatuses", ())
        ),
    )
    for name in ("plain", "crash", "done", "init", "config"):
        session.get(session.path("pods", name), note="settled")
    session.kubectl("describe", "pod", "plain")
    session.kubectl("describe", "pod", "init")
    session.kubectl("delete", "pod", "plain", "--now")
    session.kubectl("get", "pod", "plain")
    session.kubectl("logs", "plain")
    session.kubectl("logs", "crash")
    session.kubectl("exec", "crash", "--", "ls")
    session.kubectl("exec", "init", "-c", "nope", "--", "ls")
    session.kubectl("logs", "init", "-c", "nope")
    session.kubectl("logs", "init", "--previous")


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


def words(session: Session) -> None:
    """Compare what kubectl prints of requests that a learner makes, right and wrong."""
    for line in _COMMANDS:
        session.kubectl(*line.split())
    manifests = {
        "typo": "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {selectr: {a: b}, ports: [{port: 80}]}\n",
        "kind": "apiVersion: v1\nkind: Servce\nmetadata: {name: m}\n",
        "version": "apiVersion: apps/v1\nkind: Service\nmetadata: {name: m}\n",
        "old": "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: m}\n",
        "noname": "apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}\n",
        "type": "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {ports: [{port: eighty}]}\n",
        "twice": (
            "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {ports: [{port: 80}], ports: [{port: 81}]}\n"
        ),
        "labels": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: m}\nspec:\n  selector: {matchLabels: {a: b}}\n "
            " template:\n    metadata: {labels: {a: c}}\n    spec: {containers: [{name: c, image: nginx}]}\n"
        ),
        "noselector": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: m}\nspec:\n  template:\n    metadata: {labels: {a:"
            " c}}\n    spec: {containers: [{name: c, image: nginx}]}\n"
        ),
        "empty": "",
        "list": (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1}}\n-"
            " {apiVersion: v1, kind: ConfigMap, metadata: {name: l2}, data: {a: 1}}\n"
        ),
        "namespace": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: nowhere}\n",
        "crd": "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: m}\n",
        "good": "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n",
        "again": "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n",
        "change": (
            "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {selector: {a: c}, ports: [{port: 80, name: x},"
            " {port: 81, name: y}]}\n"
        ),
        "immutable": (
            "apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {clusterIP: None, selector: {a: c}, ports:"
            " [{port: 80}]}\n"
        ),
        "env": (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: m}\nspec: {containers: [{name: c, image: nginx, env: [{name:"
            " A, value: 1}]}]}\n"
        ),
    }
    for manifest in manifests.values():
        session.kubectl("apply", "-f", "-", stdin=manifest)
        session.kubectl("apply", "--server-side", "-f", "-", stdin=manifest)
        session.kubectl("create", "-f", "-", stdin=manifest)
        session.kubectl("diff", "-f", "-", stdin=manifest)
        session.kubectl("replace", "-f", "-", stdin=manifest)
    session.kubectl("apply", "--validate=false", "-f", "-", stdin=manifests["typo"])
    session.kubectl("apply", "--validate=warn", "-f", "-", stdin=manifests["typo"])
    session.kubectl("apply", "--dry-run=server", "-f", "-", stdin=manifests["change"])
    session.kubectl("delete", "-f", "-", stdin=manifests["good"])
    session.kubectl("get", "svc", "m", "-o", "yaml", "--show-managed-fields")
