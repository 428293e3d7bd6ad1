"""Pods: defaults, everything that validation refuses, and what may change."""

from __future__ import annotations

from typing import Any

from tests.real_control_plane.compare.objects import PAUSE, Object, container, merged, pod
from tests.real_control_plane.compare.session import JSON_PATCH, MERGE, STRATEGIC, Session


def _probe(**probe: Any) -> Object:
    return {"containers": [container(readinessProbe=probe)]}


def _one(**more: Any) -> Object:
    return {"containers": [container(**more)]}


_HTTP = {"httpGet": {"port": 80}}
_VOLUME = {"name": "v"}
#: Note → what is put into the spec of a new pod.
_NEW: dict[str, Object] = {
    "plain": {},
    "no containers": {"containers": []},
    "null containers": {"containers": None},
    "containers object": {"containers": {"name": "c"}},
    "two same": {"containers": [container(), container()]},
    "bad name": _one(name="A_b"),
    "no name": _one(name=None),
    "long name": _one(name="a" * 64),
    "no image": _one(image=None),
    "empty image": _one(image=""),
    "space image": _one(image=" nginx"),
    "inner space": _one(image="ng inx"),
    "upper image": _one(image="NGINX"),
    "latest": _one(image="nginx"),
    "tag latest": _one(image="nginx:latest"),
    "digest": _one(image="nginx@sha256:" + "0" * 64),
    "image number": _one(image=5),
    "pull policy": _one(imagePullPolicy="Sometimes"),
    "pull never": _one(imagePullPolicy="Never"),
    "term policy": _one(terminationMessagePolicy="X"),
    "term path": _one(terminationMessagePath=""),
    "command text": _one(command="sh"),
    "args number": _one(args=[1]),
    "working": _one(workingDir="x"),
    "stdin": _one(stdin=True, tty=True),
    "port 0": _one(ports=[{"containerPort": 0}]),
    "port big": _one(ports=[{"containerPort": 70000}]),
    "port missing": _one(ports=[{"name": "a"}]),
    "port name": _one(ports=[{"name": "A", "containerPort": 80}]),
    "port long": _one(ports=[{"name": "a" * 16, "containerPort": 80}]),
    "port digits": _one(ports=[{"name": "80", "containerPort": 80}]),
    "port dashes": _one(ports=[{"name": "a--b", "containerPort": 80}]),
    "port dash": _one(ports=[{"name": "-a", "containerPort": 80}]),
    "port twice": _one(ports=[{"name": "a", "containerPort": 80}, {"name": "a", "containerPort": 81}]),
    "port dup": _one(ports=[{"containerPort": 80}, {"containerPort": 80}]),
    "protocol": _one(ports=[{"containerPort": 80, "protocol": "HTTP"}]),
    "host port": _one(ports=[{"containerPort": 80, "hostPort": 80}]),
    "host ports": {
        "containers": [
            container("a", ports=[{"containerPort": 80, "hostPort": 80}]),
            container("b", ports=[{"containerPort": 81, "hostPort": 80}]),
        ]
    },
    "host port big": _one(ports=[{"containerPort": 80, "hostPort": 70000}]),
    "host ip": _one(ports=[{"containerPort": 80, "hostIP": "x"}]),
    "port text": _one(ports=[{"containerPort": "80"}]),
    "names two": {
        "containers": [
            container("a", ports=[{"name": "http", "containerPort": 80}]),
            container("b", ports=[{"name": "http", "containerPort": 81}]),
        ]
    },
    "ports two": {
        "containers": [container("a", ports=[{"containerPort": 80}]), container("b", ports=[{"containerPort": 80}])]
    },
    "env": _one(env=[{"name": "A", "value": "b"}]),
    "env no name": _one(env=[{"value": "b"}]),
    "env bad": _one(env=[{"name": "a=b", "value": "c"}]),
    "env space": _one(env=[{"name": "a b"}]),
    "env digit": _one(env=[{"name": "1a"}]),
    "env dup": _one(env=[{"name": "A", "value": "b"}, {"name": "A", "value": "c"}]),
    "env number": _one(env=[{"name": "A", "value": 1}]),
    "env both": _one(env=[{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
    "env from nothing": _one(env=[{"name": "A", "valueFrom": {}}]),
    "env two sources": _one(
        env=[
            {
                "name": "A",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}, "configMapKeyRef": {"name": "a", "key": "b"}},
            }
        ]
    ),
    "env field": _one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}}]),
    "env label": _one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}]),
    "env label bad": _one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}}]),
    "env labels": _one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels"}}}]),
    "env field version": _one(
        env=[{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v2", "fieldPath": "metadata.name"}}}]
    ),
    "env key": _one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b c"}}}]),
    "env no key": _one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a"}}}]),
    "env no config": _one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"key": "a"}}}]),
    "env secret": _one(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "A_", "key": "b"}}}]),
    "env resource": _one(env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]),
    "env resource bad": _one(env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}}]),
    "env resource divisor": _one(
        env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "3"}}}]
    ),
    "env from": _one(envFrom=[{"configMapRef": {"name": "a"}}, {"prefix": "P_", "secretRef": {"name": "b"}}]),
    "env from empty": _one(envFrom=[{}]),
    "env from both": _one(envFrom=[{"configMapRef": {"name": "a"}, "secretRef": {"name": "b"}}]),
    "env from prefix": _one(envFrom=[{"prefix": "a=b", "configMapRef": {"name": "a"}}]),
    "env from noname": _one(envFrom=[{"configMapRef": {}}]),
    "res": _one(resources={"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": 1, "memory": "128Mi"}}),
    "res limits": _one(resources={"limits": {"cpu": "500m", "memory": "1Gi"}}),
    "res over": _one(resources={"requests": {"cpu": 2}, "limits": {"cpu": 1}}),
    "res negative": _one(resources={"requests": {"cpu": -1}}),
    "res bad": _one(resources={"requests": {"cpu": "lots"}}),
    "res bad 2": _one(resources={"requests": {"memory": "64MB"}}),
    "res unknown": _one(resources={"requests": {"gpu": 1}}),
    "res extended": _one(resources={"requests": {"example.com/gpu": 1}}),
    "res extended ok": _one(resources={"limits": {"example.com/gpu": 1}}),
    "res extended frac": _one(resources={"limits": {"example.com/gpu": "500m"}}),
    "res memory milli": _one(resources={"requests": {"memory": "100m"}}),
    "res forms": _one(resources={"requests": {"cpu": "1.5", "memory": "1e3", "ephemeral-storage": "1G"}}),
    "res canonical": _one(
        resources={"requests": {"cpu": "1000m", "memory": "1024Mi"}, "limits": {"cpu": "0.5e1", "memory": "2048Ki"}}
    ),
    "res huge": _one(resources={"requests": {"memory": "100Ei"}}),
    "res hugepages": _one(resources={"limits": {"hugepages-2Mi": "4Mi"}}),
    "res storage": _one(resources={"requests": {"storage": "1"}}),
    "res claims": _one(resources={"claims": [{"name": "a"}]}),
    "res nano": _one(resources={"requests": {"cpu": "1n"}}),
    "res number": _one(resources={"requests": {"cpu": 0.1, "memory": 1000000}}),
    "probe http": _probe(httpGet={"port": "http", "path": "healthz"}),
    "probe none": _probe(periodSeconds=1),
    "probe two": _probe(httpGet={"port": 80}, tcpSocket={"port": 80}),
    "probe port 0": _probe(httpGet={"port": 0}),
    "probe port big": _probe(tcpSocket={"port": 99999}),
    "probe port name": _probe(tcpSocket={"port": "A_"}),
    "probe no port": _probe(httpGet={"path": "/"}),
    "probe scheme": _probe(httpGet={"port": 80, "scheme": "FTP"}),
    "probe neg": _probe(**_HTTP, periodSeconds=-1),
    "probe all neg": _probe(
        **_HTTP, periodSeconds=-1, timeoutSeconds=-1, successThreshold=-1, failureThreshold=-1, initialDelaySeconds=-1
    ),
    "probe success": {"containers": [container(livenessProbe={**_HTTP, "successThreshold": 2})]},
    "probe readiness success": _probe(**_HTTP, successThreshold=3),
    "startup success": {"containers": [container(startupProbe={**_HTTP, "successThreshold": 2})]},
    "probe grace": {"containers": [container(livenessProbe={**_HTTP, "terminationGracePeriodSeconds": 0})]},
    "probe grace readiness": _probe(**_HTTP, terminationGracePeriodSeconds=5),
    "probe exec": _probe(exec={"command": ["true"]}),
    "probe exec empty": _probe(exec={}),
    "probe grpc": _probe(grpc={"port": 80}),
    "probe grpc port": _probe(grpc={"port": 0}),
    "probe header": _probe(httpGet={"port": 80, "httpHeaders": [{"name": "A B", "value": "c"}]}),
    "probe header ok": _probe(httpGet={"port": 80, "httpHeaders": [{"name": "X-A", "value": "c"}]}),
    "probe zeros": _probe(**_HTTP, periodSeconds=0, timeoutSeconds=0, successThreshold=0, failureThreshold=0),
    "probe text": _probe(**_HTTP, periodSeconds="10"),
    "probe host": _probe(httpGet={"port": 80, "host": "a b"}),
    "hook": _one(lifecycle={"preStop": {"exec": {"command": ["sleep", "5"]}}}),
    "hook sleep": _one(lifecycle={"preStop": {"sleep": {"seconds": 5}}}),
    "hook sleep neg": _one(lifecycle={"preStop": {"sleep": {"seconds": -5}}}),
    "hook sleep long": _one(lifecycle={"preStop": {"sleep": {"seconds": 500}}}),
    "hook none": _one(lifecycle={"preStop": {}}),
    "hook two": _one(lifecycle={"postStart": {"exec": {"command": ["a"]}, "httpGet": {"port": 80}}}),
    "hook exec none": _one(lifecycle={"postStart": {"exec": {"command": []}}}),
    "restart": {"restartPolicy": "Sometimes"},
    "restart never": {"restartPolicy": "Never"},
    "restart empty": {"restartPolicy": ""},
    "dns": {"dnsPolicy": "X"},
    "dns none": {"dnsPolicy": "None"},
    "dns none ok": {
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["a.b"], "options": [{"name": "ndots", "value": "2"}]},
    },
    "dns bad ns": {"dnsConfig": {"nameservers": ["x"]}},
    "dns many": {"dnsConfig": {"nameservers": ["1.1.1.1"] * 4}},
    "dns search": {"dnsConfig": {"searches": ["A_"]}},
    "dns option": {"dnsConfig": {"options": [{"value": "a"}]}},
    "dns default": {"dnsPolicy": "Default"},
    "grace": {"terminationGracePeriodSeconds": -5},
    "grace 0": {"terminationGracePeriodSeconds": 0},
    "deadline": {"activeDeadlineSeconds": 0},
    "deadline ok": {"activeDeadlineSeconds": 10},
    "node name": {"nodeName": "A_"},
    "node selector": {"nodeSelector": {"a b": "c"}},
    "node selector value": {"nodeSelector": {"a": "b c"}},
    "hostname": {"hostname": "A_", "subdomain": "b.c"},
    "hostname ok": {"hostname": "a", "subdomain": "b"},
    "fqdn": {"setHostnameAsFQDN": True},
    "host network": {"hostNetwork": True},
    "host network port": {"hostNetwork": True, "containers": [container(ports=[{"containerPort": 80}])]},
    "host network wrong": {
        "hostNetwork": True,
        "containers": [container(ports=[{"containerPort": 80, "hostPort": 81}])],
    },
    "host pid": {"hostPID": True, "hostIPC": True},
    "share": {"shareProcessNamespace": True},
    "share both": {"shareProcessNamespace": True, "hostPID": True},
    "aliases": {"hostAliases": [{"ip": "x", "hostnames": ["A_"]}]},
    "aliases ok": {"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a.b"]}]},
    "account": {"serviceAccountName": "missing"},
    "account bad": {"serviceAccountName": "A_"},
    "account old": {"serviceAccount": "default"},
    "account differs": {"serviceAccount": "a", "serviceAccountName": "default"},
    "no token": {"automountServiceAccountToken": False},
    "links": {"enableServiceLinks": False},
    "pull secret": {"imagePullSecrets": [{"name": "a"}, {}]},
    "scheduler": {"schedulerName": ""},
    "priority": {"priority": 5},
    "class missing": {"priorityClassName": "missing"},
    "class system": {"priorityClassName": "system-node-critical"},
    "class bad": {"priorityClassName": "A_"},
    "preempt": {"preemptionPolicy": "X"},
    "toleration": {"tolerations": [{"key": "a", "operator": "X"}]},
    "toleration effect": {"tolerations": [{"key": "a", "operator": "Exists", "effect": "X"}]},
    "toleration value": {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
    "toleration nokey": {"tolerations": [{"value": "b"}]},
    "toleration seconds": {
        "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 5}]
    },
    "toleration all": {"tolerations": [{"operator": "Exists"}]},
    "toleration bad": {"tolerations": [{"key": "a b", "value": "c d"}]},
    "toleration default": {
        "tolerations": [
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}
        ]
    },
    "gates": {"schedulingGates": [{"name": "a.b/c"}]},
    "gates bad": {"schedulingGates": [{"name": "A b"}]},
    "gates dup": {"schedulingGates": [{"name": "a"}, {"name": "a"}]},
    "readiness gates": {"readinessGates": [{"conditionType": "a.b/c"}]},
    "readiness gates bad": {"readinessGates": [{"conditionType": "a b"}]},
    "os": {"os": {"name": "linux"}},
    "os bad": {"os": {"name": "beos"}},
    "os windows": {"os": {"name": "windows"}, "hostPID": True},
    "overhead": {"overhead": {"cpu": "1"}},
    "runtime class": {"runtimeClassName": "missing"},
    "affinity": {
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]
                }
            }
        }
    },
    "affinity none": {
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}}
    },
    "affinity op": {
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [
                                {"key": "a", "operator": "X"},
                                {"key": "b", "operator": "In"},
                                {"key": "c", "operator": "Exists", "values": ["d"]},
                                {"key": "e", "operator": "Gt", "values": ["1", "2"]},
                            ]
                        }
                    ]
                }
            }
        }
    },
    "affinity field": {
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {
                            "matchFields": [
                                {"key": "metadata.uid", "operator": "In", "values": ["a"]},
                                {"key": "metadata.name", "operator": "Exists"},
                            ]
                        }
                    ]
                }
            }
        }
    },
    "affinity weight": {
        "affinity": {
            "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "preference": {}}]}
        }
    },
    "pod affinity": {
        "affinity": {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
                ]
            }
        }
    },
    "pod affinity bad": {
        "affinity": {
            "podAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}
                ],
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 101, "podAffinityTerm": {"topologyKey": "a b"}}
                ],
            }
        }
    },
    "spread": {
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": {"app": "web"}},
            }
        ]
    },
    "spread bad": {"topologySpreadConstraints": [{"maxSkew": 0, "topologyKey": "", "whenUnsatisfiable": "X"}]},
    "spread twice": {
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway"}] * 2
    },
    "spread min": {
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "minDomains": 0,
                "topologyKey": "a",
                "whenUnsatisfiable": "ScheduleAnyway",
                "nodeTaintsPolicy": "X",
                "nodeAffinityPolicy": "Y",
            }
        ]
    },
    "security": {
        "securityContext": {
            "runAsUser": -1,
            "runAsGroup": 5,
            "fsGroup": 5,
            "supplementalGroups": [1],
            "sysctls": [{"name": "A B", "value": "1"}],
        }
    },
    "security ok": {"securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}},
    "security profile": {"securityContext": {"seccompProfile": {"type": "X"}}},
    "security container": _one(securityContext={"privileged": True, "allowPrivilegeEscalation": False}),
    "security ok c": _one(
        securityContext={"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True, "runAsUser": 5}
    ),
    "seccomp local": _one(securityContext={"seccompProfile": {"type": "Localhost"}}),
    "proc mount": _one(securityContext={"procMount": "X"}),
    "init": {"initContainers": [container("i")]},
    "init same": {"initContainers": [container("c")]},
    "init probe": {
        "initContainers": [
            container(
                "i",
                readinessProbe=_HTTP,
                livenessProbe=_HTTP,
                startupProbe=_HTTP,
                lifecycle={"preStop": {"exec": {"command": ["a"]}}},
            )
        ]
    },
    "sidecar": {"initContainers": [container("i", restartPolicy="Always", readinessProbe=_HTTP)]},
    "sidecar bad": {"initContainers": [container("i", restartPolicy="Never")]},
    "restart on container": _one(restartPolicy="Always"),
    "init no image": {"initContainers": [{"name": "i"}]},
    "init port": {"initContainers": [container("i", ports=[{"name": "a", "containerPort": 80}])]},
    "ephemeral": {"ephemeralContainers": [{"name": "e", "image": PAUSE}]},
    "resize": _one(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}]),
    "vol": {
        "volumes": [{**_VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}])],
    },
    "vol none": {"volumes": [_VOLUME]},
    "vol two kinds": {"volumes": [{**_VOLUME, "emptyDir": {}, "configMap": {"name": "a"}}]},
    "vol dup": {"volumes": [{**_VOLUME, "emptyDir": {}}] * 2},
    "vol bad": {"volumes": [{"name": "A_", "emptyDir": {}}]},
    "vol noname": {"volumes": [{"emptyDir": {}}]},
    "vol size": {"volumes": [{**_VOLUME, "emptyDir": {"sizeLimit": "-1", "medium": "X"}}]},
    "vol size ok": {"volumes": [{**_VOLUME, "emptyDir": {"sizeLimit": "1Gi", "medium": "Memory"}}]},
    "vol config": {
        "volumes": [
            {
                **_VOLUME,
                "configMap": {"name": "a", "items": [{"key": "k", "path": "p"}], "defaultMode": 420, "optional": True},
            }
        ]
    },
    "vol config noname": {"volumes": [{**_VOLUME, "configMap": {}}]},
    "vol config path": {
        "volumes": [
            {
                **_VOLUME,
                "configMap": {
                    "name": "a",
                    "items": [
                        {"key": "k", "path": "/p"},
                        {"key": "l", "path": "../x"},
                        {"path": "q"},
                        {"key": "m"},
                        {"key": "n", "path": "..a"},
                    ],
                },
            }
        ]
    },
    "vol mode": {"volumes": [{**_VOLUME, "configMap": {"name": "a", "defaultMode": 1000}}]},
    "vol item mode": {
        "volumes": [{**_VOLUME, "secret": {"secretName": "a", "items": [{"key": "a", "path": "b", "mode": -1}]}}]
    },
    "vol secret": {"volumes": [{**_VOLUME, "secret": {}}]},
    "vol secret ok": {"volumes": [{**_VOLUME, "secret": {"secretName": "a"}}]},
    "vol down": {
        "volumes": [
            {**_VOLUME, "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}}
        ]
    },
    "vol down bad": {
        "volumes": [
            {
                **_VOLUME,
                "downwardAPI": {
                    "items": [
                        {"path": "l", "fieldRef": {"fieldPath": "spec.nodeName"}},
                        {"path": "m"},
                        {"fieldRef": {"fieldPath": "metadata.name"}},
                    ]
                },
            }
        ]
    },
    "vol proj": {
        "volumes": [
            {
                **_VOLUME,
                "projected": {"sources": [{"configMap": {"name": "a"}}, {"serviceAccountToken": {"path": "t"}}]},
            }
        ]
    },
    "vol proj bad": {
        "volumes": [
            {
                **_VOLUME,
                "projected": {
                    "sources": [
                        {"serviceAccountToken": {"path": "t", "expirationSeconds": 5}},
                        {"configMap": {"name": "a"}, "secret": {"name": "b"}},
                        {},
                        {"serviceAccountToken": {}},
                    ]
                },
            }
        ]
    },
    "vol proj conflict": {
        "volumes": [
            {
                **_VOLUME,
                "projected": {
                    "sources": [
                        {"configMap": {"name": "a", "items": [{"key": "a", "path": "p"}]}},
                        {"secret": {"name": "a", "items": [{"key": "a", "path": "p"}]}},
                    ]
                },
            }
        ]
    },
    "mount missing": _one(volumeMounts=[{"name": "x", "mountPath": "/x"}]),
    "mount nopath": {"volumes": [{**_VOLUME, "emptyDir": {}}], "containers": [container(volumeMounts=[{"name": "v"}])]},
    "mount dup": {
        "volumes": [{**_VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"}])],
    },
    "mount noname": _one(volumeMounts=[{"mountPath": "/a"}]),
    "mount sub": {
        "volumes": [{**_VOLUME, "emptyDir": {}}],
        "containers": [
            container(
                volumeMounts=[
                    {"name": "v", "mountPath": "/a", "subPath": "/x"},
                    {"name": "v", "mountPath": "/b", "subPath": "../x"},
                    {"name": "v", "mountPath": "/c", "subPath": "a", "subPathExpr": "b"},
                    {"name": "v", "mountPath": "a:b"},
                ]
            )
        ],
    },
    "mount sub ok": {
        "volumes": [{**_VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "x", "subPath": "a", "readOnly": True}])],
    },
    "mount prop": {
        "volumes": [{**_VOLUME, "emptyDir": {}}],
        "containers": [
            container(
                volumeMounts=[{"name": "v", "mountPath": "/a", "mountPropagation": "X", "recursiveReadOnly": "Y"}]
            )
        ],
    },
    "device": _one(volumeDevices=[{"name": "v", "devicePath": "/d"}]),
    "unknown": {"container": [], "foo": {"bar": 1}, "containers": [container(port=80, evn=[])]},
    "many wrong": {
        "restartPolicy": "X",
        "dnsPolicy": "Y",
        "containers": [
            {
                "name": "A",
                "imagePullPolicy": "Z",
                "ports": [{"containerPort": -1, "protocol": "Q"}],
                "env": [{"name": ""}],
            },
            {},
        ],
    },
    "spec list": {"containers": ["c"]},
    "int text": {"terminationGracePeriodSeconds": "5"},
    "bool text": {"hostNetwork": "true"},
    "bool number": {"hostNetwork": 1},
    "null item": {"containers": [None]},
    "float": {"terminationGracePeriodSeconds": 1.5},
    "big": {"terminationGracePeriodSeconds": 2**63},
    "resource claims": {"resourceClaims": [{"name": "a"}]},
    "host users": {"hostUsers": False},
    "pod resources": {"resources": {"requests": {"cpu": "1"}}},
}
_BAD_NAMES = ["", "A", "a_b", "a.b", "1", "a" * 253, "a" * 254, "a..b", "-a", "a-", "a b"]


def _specs_and_names(session: Session) -> None:
    """Send specs and names, right and wrong."""
    for number, (note, spec) in enumerate(_NEW.items()):
        session.create("pods", pod(f"p{number}", **spec), note=note)
    for name in _BAD_NAMES:
        session.create("pods", pod(name), note=repr(name))
    session.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "nospec"}})
    session.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "nospec"}, "spec": {}})


def _more_than_a_spec(session: Session) -> None:
    """Send annotations, statuses and resources that decide on the class of quality."""
    session.create(
        "pods",
        merged(
            pod("annotated"),
            {
                "metadata": {
                    "annotations": {
                        "kubectl.kubernetes.io/default-container": "c",
                        "seccomp.security.alpha.kubernetes.io/pod": "x",
                        "scheduler.alpha.kubernetes.io/node-selector": "a",
                        "container.apparmor.security.beta.kubernetes.io/c": "runtime/default",
                    }
                }
            },
        ),
    )
    session.create("pods", merged(pod("status"), {"status": {"phase": "Running", "podIP": "1.2.3.4"}}))
    session.create("pods", merged(pod("generation"), {"metadata": {"generation": 5}}))
    session.create(
        "pods",
        merged(
            pod("qos-burst"),
            {
                "spec": {
                    "containers": [container("a", resources={"limits": {"cpu": "1", "memory": "1Mi"}}), container("b")]
                }
            },
        ),
    )
    session.create(
        "pods",
        merged(
            pod("qos-guaranteed"),
            {
                "spec": {
                    "containers": [
                        container("a", resources={"limits": {"cpu": "1", "memory": "1Mi"}}),
                        container(
                            "b",
                            resources={
                                "limits": {"cpu": "2", "memory": "1Mi"},
                                "requests": {"cpu": "2", "memory": "1Mi"},
                            },
                        ),
                    ]
                }
            },
        ),
    )


def new_pods(session: Session) -> None:
    """New pods: defaults, and everything that is refused."""
    _specs_and_names(session)
    _more_than_a_spec(session)
    session.get("pods", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    session.get("pods")


_CHANGES: list[Object] = [
    {"spec": {"containers": [container(image="nginx:1.27")]}},
    {"spec": {"containers": [container(image="")]}},
    {"spec": {"containers": [container(image=" a")]}},
    {"spec": {"containers": [container(env=[{"name": "A", "value": "b"}])]}},
    {"spec": {"containers": [container(), container("d")]}},
    {"spec": {"containers": [container("other")]}},
    {"spec": {"containers": []}},
    {"spec": {"activeDeadlineSeconds": 100}},
    {"spec": {"activeDeadlineSeconds": 200}},
    {"spec": {"activeDeadlineSeconds": None}},
    {"spec": {"terminationGracePeriodSeconds": 5}},
    {"spec": {"restartPolicy": "Never"}},
    {"spec": {"nodeName": "kubelearn-worker"}},
    {"spec": {"tolerations": [{"key": "x", "operator": "Exists"}]}},
    {"spec": {"nodeSelector": {"a": "b"}}},
    {"spec": {"serviceAccountName": "other"}},
    {"spec": {"hostname": "h"}},
    {"spec": {"schedulingGates": [{"name": "a"}]}},
    {"metadata": {"labels": {"a": "b c"}}},
    {"metadata": {"labels": {"app": None, "x": "y"}}},
    {"metadata": {"annotations": {"a": "b"}}},
    {"metadata": {"name": "x"}},
    {"metadata": {"finalizers": ["example.com/f"]}},
    {"metadata": {"finalizers": ["example.com/g"]}},
    {"metadata": {"finalizers": None}},
    {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}]}},
    {"spec": {"dnsPolicy": "Default"}},
    {"spec": {"containers": None}},
    {"spec": None},
    {"status": {"phase": "Failed"}},
    {"spec": {"priority": 7}},
    {"spec": {"volumes": []}},
    {"spec": {"containers": [container(resources={"requests": {"cpu": "1"}})]}},
    {"spec": {"containers": [container(readinessProbe=_HTTP)]}},
    {"spec": {"foo": "bar"}},
    {"spec": {"hostNetwork": "x"}},
]


def changed_pods(session: Session) -> None:
    session.create("pods", pod())
    path = session.path("pods", "web")
    for change in _CHANGES:
        session.patch(path, change, MERGE)
        session.patch(path, change, STRATEGIC)
    session.patch(path, [{"op": "replace", "path": "/spec/containers/0/image", "value": "nginx:1.26"}], JSON_PATCH)
    session.patch(
        session.path("pods", "web", "status"),
        {
            "status": {
                "phase": "Running",
                "podIP": "1.2.3.4",
                "podIPs": [{"ip": "1.2.3.4"}],
                "conditions": [{"type": "Ready", "status": "True"}],
            }
        },
        STRATEGIC,
    )
    session.patch(
        session.path("pods", "web", "status"),
        {"status": {"phase": "Sideways", "podIPs": [{"ip": "x"}], "conditions": [{"type": "a b", "status": "Maybe"}]}},
        STRATEGIC,
    )
    session.patch(
        session.path("pods", "web", "status"),
        {"metadata": {"labels": {"status": "yes"}}, "spec": {"nodeName": "x"}},
        MERGE,
    )
    session.patch(session.path("pods", "web", "status"), {"status": {"qosClass": "Guaranteed"}}, MERGE)
    session.put(path, pod())
    session.put(path, pod("other"))
    session.put(session.path("pods", "missing"), pod("missing"))
    session.patch(session.path("pods", "missing"), {}, MERGE)


_SUBRESOURCES: tuple[Any, ...] = (
    "log",
    "status",
    "ephemeralcontainers",
    "resize",
    "binding",
    "eviction",
    "exec",
    "attach",
    "portforward",
    "proxy",
    "scale",
    "foo",
)
_LOG_QUERIES: tuple[Any, ...] = (
    {"container": "x"},
    {"tailLines": "-1"},
    {"tailLines": "x"},
    {"sinceSeconds": "0"},
    {"sinceSeconds": "5", "sinceTime": "2020-01-01T00:00:00Z"},
    {"sinceTime": "x"},
    {"limitBytes": "0"},
    {"follow": "x"},
    {"previous": "true"},
    {"stream": "Stdout"},
)
_BINDINGS: tuple[Any, ...] = (
    {"target": {"name": "kubelearn-worker"}},
    {"target": {"kind": "Pod", "name": "kubelearn-worker"}},
    {"target": {"kind": "Node", "name": ""}},
    {"target": {}},
    {},
    {"metadata": {"name": "other"}, "target": {"kind": "Node", "name": "n"}},
    {"kind": "Pod", "apiVersion": "v1"},
)
_EVICTIONS: tuple[Any, ...] = (
    {},
    {"metadata": {"name": "web"}},
    {"metadata": {"name": "other"}},
    {"metadata": {"name": "web"}, "deleteOptions": {"dryRun": ["All"]}},
    {"apiVersion": "policy/v1beta1", "kind": "Eviction", "metadata": {"name": "web"}},
    {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "missing"}},
)


def pod_subresources(session: Session) -> None:
    session.create("pods", pod())
    for what in _SUBRESOURCES:
        session.get(session.path("pods", "web", what))
        session.get(session.path("pods", "missing", what))
    for query in _LOG_QUERIES:
        session.get(session.path("pods", "web", "log"), **query)
    session.create("pods", pod("two", [container("a"), container("b")]))
    session.get(session.path("pods", "two", "log"))
    session.get(session.path("pods", "two", "log"), container="c")
    session.send("POST", session.path("pods", "two", "exec"), query={"command": "ls"})
    session.send("POST", session.path("pods", "web", "exec"), query={"command": "ls", "stdout": "true"})
    session.send("POST", session.path("pods", "web", "exec"))
    session.send(
        "POST", session.path("pods", "web", "exec"), query={"command": "ls", "container": "zz", "stdout": "true"}
    )
    session.send("POST", session.path("pods", "web", "attach"), query={"stdout": "true"})
    session.send("POST", session.path("pods", "web", "portforward"), query={"ports": "80"})
    session.send("POST", session.path("pods", "web", "portforward"), query={"ports": "x"})
    for body in _BINDINGS:
        session.create(session.path("pods", "web", "binding"), body)
    session.create(session.path("pods", "missing", "binding"), {"target": {"kind": "Node", "name": "nowhere"}})
    session.create(session.path("pods", "two", "binding"), {"target": {"kind": "Node", "name": "nowhere"}})
    session.create(
        session.path("pods", "two", "binding"), {"target": {"kind": "Node", "name": "nowhere"}}, note="again"
    )
    session.get(session.path("pods", "two"))
    for body in _EVICTIONS:
        session.create(session.path("pods", "web", "eviction"), body)
    session.create(
        session.path("pods", "missing", "eviction"),
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "missing"}},
    )
    session.get("pods", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
