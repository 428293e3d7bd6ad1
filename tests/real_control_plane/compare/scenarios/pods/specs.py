"""Specs of new pods: restarts, DNS, scheduling, security, more containers."""

from __future__ import annotations

from tests.objects import PAUSE, Object, container, one
from tests.real_control_plane.compare.scenarios.pods.containers import HTTP

#: Note → what is put into the spec of a new pod.
SPECS: dict[str, Object] = {
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
    "security container": one(securityContext={"privileged": True, "allowPrivilegeEscalation": False}),
    "security ok c": one(
        securityContext={"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True, "runAsUser": 5}
    ),
    "seccomp local": one(securityContext={"seccompProfile": {"type": "Localhost"}}),
    "proc mount": one(securityContext={"procMount": "X"}),
    "init": {"initContainers": [container("i")]},
    "init same": {"initContainers": [container("c")]},
    "init probe": {
        "initContainers": [
            container(
                "i",
                readinessProbe=HTTP,
                livenessProbe=HTTP,
                startupProbe=HTTP,
                lifecycle={"preStop": {"exec": {"command": ["a"]}}},
            )
        ]
    },
    "sidecar": {"initContainers": [container("i", restartPolicy="Always", readinessProbe=HTTP)]},
    "sidecar bad": {"initContainers": [container("i", restartPolicy="Never")]},
    "restart on container": one(restartPolicy="Always"),
    "init no image": {"initContainers": [{"name": "i"}]},
    "init port": {"initContainers": [container("i", ports=[{"name": "a", "containerPort": 80}])]},
    "ephemeral": {"ephemeralContainers": [{"name": "e", "image": PAUSE}]},
    "resize": one(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}]),
}
