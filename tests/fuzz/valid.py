"""Valid objects of every resource, and valid bodies of subresources."""

from __future__ import annotations

from typing import Any

Value = Any
_TEMPLATE: dict[str, Value] = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "registry.k8s.io/pause:3.10",
                "ports": [{"name": "http", "containerPort": 80}],
                "env": [{"name": "A", "value": "b"}],
                "readinessProbe": {"httpGet": {"port": "http"}},
                "resources": {"requests": {"cpu": "10m"}},
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
        "tolerations": [{"operator": "Exists"}],
    },
}
_SELECTOR = {"matchLabels": {"app": "web"}}
_CONDITION = {
    "type": "Ready",
    "status": "True",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
    "reason": "R",
    "message": "m",
}
_RULE = {"apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"], "verbs": ["get", "*"]}
_ROLE = {"apiGroup": "rbac.authorization.k8s.io", "name": "web"}
#: A request for a certificate, PEM in base64.
_REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITE1ITUNBUUF3RVRFUE1BMEdBMVVFQXd3R2JYbDFjMlZ5TUZr"
    "d0V3WUhLb1pJemowQ0FRWUlLb1pJemowRApBUWNEUWdBRVgrS1hjZFE2ZDMzZ2hWVHdxd0JtYVViUmE3YW5LK013c2hXQ3ZkVitC"
    "bjBJWk41Q1NyczJhb2JjClltbndQY0pXZlpxZ2FHTk13Mk92b2FONGVsV1ZLYUFBTUFvR0NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSUVr"
    "WmhmY2EKbzlIRjlTWXUwcjA0TlgwRlJ6OW01UkFzYzFoSTJUZERTMWxWQWlFQXdEeUF3T2xsRmdadnhiSlVBM3VFWEd3dQowRWxK"
    "YXJSdjdxT0JESk9HVkJZPQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)
#: Resource → a valid object without its metadata, in the versions in which it is served.
VALID: dict[str, dict[str, Value]] = {
    "configmaps": {"data": {"a": "b"}, "binaryData": {"c": "eA=="}, "immutable": False},
    "secrets": {"type": "Opaque", "data": {"a": "eA=="}, "stringData": {"b": "c"}},
    "serviceaccounts": {
        "automountServiceAccountToken": True,
        "secrets": [{"name": "s"}],
        "imagePullSecrets": [{"name": "s"}],
    },
    "namespaces": {"spec": {"finalizers": ["kubernetes"]}},
    "nodes": {
        "spec": {"podCIDR": "10.244.9.0/24", "taints": [{"key": "a", "effect": "NoSchedule"}]},
        "status": {
            "capacity": {"cpu": "1"},
            "addresses": [{"type": "InternalIP", "address": "172.18.0.9"}],
            "conditions": [_CONDITION],
        },
    },
    "services": {
        "spec": {
            "selector": {"app": "web"},
            "type": "NodePort",
            "sessionAffinity": "ClientIP",
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http"},
                {"name": "dns", "port": 53, "protocol": "UDP"},
            ],
        }
    },
    "pods": {
        **_TEMPLATE,
        "status": {
            "phase": "Running",
            "podIP": "10.244.9.9",
            "podIPs": [{"ip": "10.244.9.9"}],
            "conditions": [_CONDITION],
            "containerStatuses": [
                {
                    "name": "c",
                    "ready": True,
                    "restartCount": 1,
                    "image": "i",
                    "imageID": "j",
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                }
            ],
        },
    },
    "endpoints": {
        "subsets": [
            {
                "addresses": [{"ip": "10.244.9.9", "targetRef": {"kind": "Pod", "name": "web"}}],
                "ports": [{"name": "http", "port": 80}],
            }
        ]
    },
    "events": {
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": "fuzz"},
        "type": "Normal",
        "reason": "R",
        "message": "m",
        "count": 2,
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "eventTime": None,
    },
    "deployments": {
        "spec": {
            "replicas": 2,
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        },
        "status": {"replicas": 1, "conditions": [{**_CONDITION, "type": "Available"}]},
    },
    "replicasets": {"spec": {"replicas": 1, "selector": _SELECTOR, "template": _TEMPLATE}, "status": {"replicas": 1}},
    "jobs": {
        "spec": {
            "backoffLimit": 1,
            "completions": 2,
            "parallelism": 1,
            "completionMode": "Indexed",
            "backoffLimitPerIndex": 1,
            "maxFailedIndexes": 1,
            "podFailurePolicy": {
                "rules": [
                    {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1, 2]}},
                    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                ]
            },
            "successPolicy": {"rules": [{"succeededIndexes": "0,1", "succeededCount": 1}]},
            "template": {"spec": {**_TEMPLATE["spec"], "restartPolicy": "Never"}},
        }
    },
    "statefulsets": {
        "spec": {
            "serviceName": "web",
            "replicas": 1,
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}},
            "ordinals": {"start": 1},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
        },
        "status": {"replicas": 1, "collisionCount": 1},
    },
    "daemonsets": {
        "spec": {
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "50%"}},
        },
        "status": {"numberReady": 1},
    },
    "controllerrevisions": {"revision": 1, "data": {"spec": {"template": _TEMPLATE}}},
    "podtemplates": {"template": _TEMPLATE},
    "replicationcontrollers": {
        "spec": {"replicas": 1, "selector": {"app": "web"}, "template": _TEMPLATE},
        "status": {"replicas": 1},
    },
    "cronjobs": {
        "spec": {
            "schedule": "*/5 0-3 * jan-mar 1",
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 10,
            "jobTemplate": {"spec": {"template": {"spec": {**_TEMPLATE["spec"], "restartPolicy": "Never"}}}},
        },
        "status": {"lastScheduleTime": "2026-01-01T00:00:00Z"},
    },
    "horizontalpodautoscalers": {
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 1,
            "maxReplicas": 3,
        }
    },
    "endpointslices": {
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.244.9.9"], "conditions": {"ready": True}, "nodeName": "n"}],
        "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
    },
    "leases": {"spec": {"holderIdentity": "x", "leaseDurationSeconds": 10, "renewTime": "2026-01-01T00:00:00.000000Z"}},
    "ingresses": {"spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}},
    "ingressclasses": {"spec": {"controller": "example.com/c", "parameters": {"kind": "K", "name": "n"}}},
    "networkpolicies": {
        "spec": {
            "podSelector": _SELECTOR,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": "http"}, {"port": 1, "endPort": 9}]}],
            "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}],
        }
    },
    "poddisruptionbudgets": {"spec": {"minAvailable": "50%", "selector": _SELECTOR}},
    "persistentvolumes": {
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/data", "type": ""},
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "manual",
        }
    },
    "persistentvolumeclaims": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "web"}
    },
    "storageclasses": {
        "provisioner": "rancher.io/local-path",
        "parameters": {"a": "b"},
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    },
    "priorityclasses": {"value": 7, "description": "d", "preemptionPolicy": "Never"},
    "resourcequotas": {
        "spec": {
            "hard": {"services": "100", "limits.cpu": "100"},
            "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]},
        }
    },
    "limitranges": {
        "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}, "max": {"cpu": "2"}, "min": {"cpu": "1m"}}]}
    },
    "roles": {"rules": [_RULE]},
    "clusterroles": {"rules": [_RULE, {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]},
    "rolebindings": {"roleRef": {**_ROLE, "kind": "Role"}, "subjects": [{"kind": "ServiceAccount", "name": "web"}]},
    "clusterrolebindings": {
        "roleRef": {**_ROLE, "kind": "ClusterRole"},
        "subjects": [{"kind": "User", "name": "u", "apiGroup": "rbac.authorization.k8s.io"}],
    },
    "certificatesigningrequests": {
        "spec": {
            "request": _REQUEST,
            "signerName": "kubernetes.io/kube-apiserver-client",
            "expirationSeconds": 600,
            "usages": ["client auth"],
            "extra": {"a": ["b"]},
        },
        "status": {"conditions": [{**_CONDITION, "type": "Approved"}]},
    },
    "tokenreviews": {"spec": {"token": "x", "audiences": ["a"]}},
    "subjectaccessreviews": {
        "spec": {
            "user": "u",
            "groups": ["g"],
            "extra": {"a": ["b"]},
            "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "fuzz"},
        }
    },
    "localsubjectaccessreviews": {
        "spec": {"user": "u", "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "fuzz"}}
    },
    "bindings": {"target": {"kind": "Node", "name": "kubelearn-worker"}},
    "selfsubjectreviews": {},
    "selfsubjectaccessreviews": {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}},
    "selfsubjectrulesreviews": {"spec": {"namespace": "fuzz"}},
}
#: Subresource → what is written to it.
SUBRESOURCES: dict[str, dict[str, Value]] = {
    "scale": {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 2}},
    "binding": {"kind": "Binding", "apiVersion": "v1", "target": {"kind": "Node", "name": "kubelearn-worker"}},
    "eviction": {"kind": "Eviction", "apiVersion": "policy/v1", "deleteOptions": {"gracePeriodSeconds": 0}},
    "token": {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "spec": {"expirationSeconds": 600, "audiences": ["a"]},
    },
}
DELETE_OPTIONS = {
    "kind": "DeleteOptions",
    "apiVersion": "v1",
    "propagationPolicy": "Foreground",
    "gracePeriodSeconds": 0,
    "preconditions": {"uid": "u", "resourceVersion": "1"},
    "dryRun": ["All"],
}
