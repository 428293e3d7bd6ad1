"""The roles that every cluster has, and who has them (K/plugin/pkg/auth/authorizer/rbac/bootstrappolicy, kubeadm).

A rule is a line: verbs, API groups, resources, and perhaps names of objects; or verbs and paths. ``core`` is the group
without a name, ``read`` and ``write`` are the usual verbs.
"""

from __future__ import annotations

from typing import Final

Rules = tuple[str, ...]

EVENTS: Final = "create,patch,update core,events.k8s.io events"
_EXTENSIONS = (
    "daemonsets,deployments,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,"
    "replicationcontrollers/scale"
)
_PUBLIC = "/healthz,/livez,/readyz,/version,/version/"


def _approver(signer: str) -> Rules:
    return (f"approve certificates.k8s.io signers kubernetes.io/{signer}",)


#: What the ClusterRoles admin, edit and view are put together from.
_ADMIN: Final[Rules] = (
    "create authorization.k8s.io localsubjectaccessreviews",
    "read,write rbac.authorization.k8s.io rolebindings,roles",
)
_EDIT: Final[Rules] = (
    "read core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy",
    "impersonate core serviceaccounts",
    "write core pods,pods/attach,pods/exec,pods/portforward,pods/proxy",
    "create core pods/eviction",
    "write core configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,"
    "secrets,serviceaccounts,services,services/proxy",
    "create core serviceaccounts/token",
    "write apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,"
    "statefulsets,statefulsets/scale",
    "write autoscaling horizontalpodautoscalers",
    "write batch cronjobs,jobs",
    f"write extensions deployments/rollback,{_EXTENSIONS}",
    "write policy poddisruptionbudgets",
    "write networking.k8s.io ingresses,networkpolicies",
    "read,write coordination.k8s.io leases",
    "write resource.k8s.io resourceclaims,resourceclaimtemplates",
)
_VIEW: Final[Rules] = (
    "read core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,"
    "replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status",
    "read core bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,"
    "resourcequotas,resourcequotas/status",
    "read core namespaces",
    "read discovery.k8s.io endpointslices",
    "read apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,"
    "replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status",
    "read autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status",
    "read batch cronjobs,cronjobs/status,jobs,jobs/status",
    f"read extensions daemonsets/status,deployments/status,ingresses/status,replicasets/status,{_EXTENSIONS}",
    "read policy poddisruptionbudgets,poddisruptionbudgets/status",
    "read networking.k8s.io ingresses,ingresses/status,networkpolicies",
    "read resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates",
)
#: ClusterRoles by their names.
CLUSTER_ROLES: Final[dict[str, Rules]] = {
    "cluster-admin": ("* * *", "* *"),
    "admin": (*_EDIT, *_VIEW, *_ADMIN),
    "edit": (*_EDIT, *_VIEW),
    "view": _VIEW,
    "kubeadm:get-nodes": ("get core nodes",),
    "system:aggregate-to-admin": _ADMIN,
    "system:aggregate-to-edit": _EDIT,
    "system:aggregate-to-view": _VIEW,
    "system:auth-delegator": (
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
    ),
    "system:basic-user": (
        "create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews",
        "create authentication.k8s.io selfsubjectreviews",
    ),
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": (
        "create certificates.k8s.io certificatesigningrequests/nodeclient",
    ),
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": (
        "create certificates.k8s.io certificatesigningrequests/selfnodeclient",
    ),
    "system:certificates.k8s.io:kube-apiserver-client-approver": _approver("kube-apiserver-client"),
    "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": _approver("kube-apiserver-client-kubelet"),
    "system:certificates.k8s.io:kubelet-serving-approver": _approver("kubelet-serving"),
    "system:certificates.k8s.io:legacy-unknown-approver": _approver("legacy-unknown"),
    "system:coredns": (
        "list,watch core endpoints,services,pods,namespaces",
        "list,watch discovery.k8s.io endpointslices",
    ),
    "system:discovery": (f"get /api,/api/*,/apis,/apis/*,/openapi,/openapi/*,{_PUBLIC}",),
    "system:kube-aggregator": ("read core endpoints,services",),
    "system:kube-controller-manager": (
        EVENTS,
        "create coordination.k8s.io leases",
        "get,update coordination.k8s.io leases kube-controller-manager",
        "create core secrets,serviceaccounts",
        "delete core secrets",
        "get core configmaps,namespaces,secrets,serviceaccounts",
        "update core secrets,serviceaccounts",
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
        "list,watch * *",
        "create core serviceaccounts/token",
    ),
    "system:kube-dns": ("list,watch core endpoints,services",),
    "system:kube-scheduler": (
        EVENTS,
        "create coordination.k8s.io leases",
        "get,list,update,watch coordination.k8s.io leases kube-scheduler",
        "create coordination.k8s.io leasecandidates",
        "read core nodes",
        "delete,get,list,watch core pods",
        "create core bindings,pods/binding",
        "patch,update core pods/status",
        "read core replicationcontrollers,services",
        "read apps,extensions replicasets",
        "read apps statefulsets",
        "read policy poddisruptionbudgets",
        "read core persistentvolumeclaims,persistentvolumes",
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
        "read storage.k8s.io csidrivers,csinodes,csistoragecapacities,volumeattachments",
        "read core namespaces",
    ),
    "system:kubelet-api-admin": (
        "read core nodes",
        "proxy core nodes",
        "* core nodes/configz,nodes/healthz,nodes/log,nodes/metrics,nodes/pods,nodes/proxy,nodes/stats",
    ),
    "system:monitoring": ("get /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*",),
    "system:node": (
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews",
        "read core services",
        "create,get,list,watch core nodes",
        "patch,update core nodes/status",
        "patch,update core nodes",
        "create,patch,update core events",
        "read core pods",
        "create,delete core pods",
        "patch,update core pods/status",
        "create core pods/eviction",
        "read core configmaps,secrets",
        "get core persistentvolumeclaims,persistentvolumes",
        "get core endpoints",
        "create,get,list,watch certificates.k8s.io certificatesigningrequests",
        "create,delete,get,patch,update coordination.k8s.io leases",
        "get storage.k8s.io volumeattachments",
        "create core serviceaccounts/token",
        "get,patch,update core persistentvolumeclaims/status",
        "read storage.k8s.io csidrivers",
        "create,delete,get,patch,update storage.k8s.io csinodes",
        "read node.k8s.io runtimeclasses",
    ),
    "system:node-bootstrapper": ("create,get,list,watch certificates.k8s.io certificatesigningrequests",),
    "system:node-problem-detector": ("get core nodes", "patch core nodes/status", EVENTS),
    "system:node-proxier": (
        "list,watch core endpoints,services",
        "read core nodes",
        EVENTS,
        "list,watch discovery.k8s.io endpointslices",
        "list,watch networking.k8s.io servicecidrs",
    ),
    "system:persistent-volume-provisioner": (
        "create,delete,get,list,watch core persistentvolumes",
        "get,list,update,watch core persistentvolumeclaims",
        "read storage.k8s.io storageclasses",
        "watch core events",
        EVENTS,
    ),
    "system:public-info-viewer": (f"get {_PUBLIC}",),
    "system:service-account-issuer-discovery": (
        "get /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/",
    ),
    "system:volume-scheduler": (
        "get,list,patch,update,watch core persistentvolumes",
        "read storage.k8s.io storageclasses",
        "get,list,patch,update,watch core persistentvolumeclaims",
    ),
}
#: Roles of one namespace.
ROLES: Final[dict[tuple[str, str], Rules]] = {
    ("kube-public", "kubeadm:bootstrap-signer-clusterinfo"): ("get core configmaps cluster-info",),
    ("kube-public", "system:controller:bootstrap-signer"): (
        "read core configmaps",
        "update core configmaps cluster-info",
        EVENTS,
    ),
    ("kube-system", "extension-apiserver-authentication-reader"): (
        "read core configmaps extension-apiserver-authentication",
    ),
    ("kube-system", "kube-proxy"): ("get core configmaps kube-proxy",),
    ("kube-system", "kubeadm:kubelet-config"): ("get core configmaps kubelet-config",),
    ("kube-system", "kubeadm:nodes-kubeadm-config"): ("get core configmaps kubeadm-config",),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        "watch core configmaps",
        "get,update core configmaps kube-controller-manager",
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        "watch core configmaps",
        "get,update core configmaps kube-scheduler",
    ),
    ("kube-system", "system:controller:bootstrap-signer"): ("read core secrets",),
    ("kube-system", "system:controller:cloud-provider"): ("create,get,list,watch core configmaps",),
    ("kube-system", "system:controller:token-cleaner"): ("delete,get,list,watch core secrets", EVENTS),
}
#: ClusterRoles that are put together from those with a label, and the one that takes each in, in its turn.
AGGREGATED: Final[dict[str, str]] = {"admin": "", "edit": "admin", "view": "edit"}
#: The namespace of all accounts in the bindings.
ACCOUNTS: Final = "kube-system"
_AUTHENTICATED, _UNAUTHENTICATED = "Group/system:authenticated", "Group/system:unauthenticated"
_BOOTSTRAPPERS = "Group/system:bootstrappers:kubeadm:default-node-token"
_MANAGER, _SCHEDULER, _SIGNER = (
    "User/system:kube-controller-manager",
    "User/system:kube-scheduler",
    "ServiceAccount/bootstrap-signer",
)
_CSR = "system:certificates.k8s.io:certificatesigningrequests:"
#: ClusterRoleBindings by their names: the ClusterRole, and who has it.
BINDINGS: Final[dict[str, tuple[str, ...]]] = {
    "cluster-admin": ("cluster-admin", "Group/system:masters"),
    "kubeadm:cluster-admins": ("cluster-admin", "Group/kubeadm:cluster-admins"),
    "kubeadm:get-nodes": ("kubeadm:get-nodes", _BOOTSTRAPPERS),
    "kubeadm:kubelet-bootstrap": ("system:node-bootstrapper", _BOOTSTRAPPERS),
    "kubeadm:node-autoapprove-bootstrap": (f"{_CSR}nodeclient", _BOOTSTRAPPERS),
    "kubeadm:node-autoapprove-certificate-rotation": (f"{_CSR}selfnodeclient", "Group/system:nodes"),
    "kubeadm:node-proxier": ("system:node-proxier", "ServiceAccount/kube-proxy"),
    "system:basic-user": ("system:basic-user", _AUTHENTICATED),
    "system:coredns": ("system:coredns", "ServiceAccount/coredns"),
    "system:discovery": ("system:discovery", _AUTHENTICATED),
    "system:kube-controller-manager": ("system:kube-controller-manager", _MANAGER),
    "system:kube-dns": ("system:kube-dns", "ServiceAccount/kube-dns"),
    "system:kube-scheduler": ("system:kube-scheduler", _SCHEDULER),
    "system:monitoring": ("system:monitoring", "Group/system:monitoring"),
    "system:node": ("system:node",),
    "system:node-proxier": ("system:node-proxier", "User/system:kube-proxy"),
    "system:public-info-viewer": ("system:public-info-viewer", _AUTHENTICATED, _UNAUTHENTICATED),
    "system:service-account-issuer-discovery": (
        "system:service-account-issuer-discovery",
        "Group/system:serviceaccounts",
    ),
    "system:volume-scheduler": ("system:volume-scheduler", _SCHEDULER),
}
#: RoleBindings by their namespaces and names: the Role, and who has it.
NAMESPACED_BINDINGS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("kube-public", "kubeadm:bootstrap-signer-clusterinfo"): (
        "kubeadm:bootstrap-signer-clusterinfo",
        "User/system:anonymous",
    ),
    ("kube-public", "system:controller:bootstrap-signer"): ("system:controller:bootstrap-signer", _SIGNER),
    ("kube-system", "kube-proxy"): ("kube-proxy", _BOOTSTRAPPERS),
    ("kube-system", "kubeadm:kubelet-config"): ("kubeadm:kubelet-config", "Group/system:nodes", _BOOTSTRAPPERS),
    ("kube-system", "kubeadm:nodes-kubeadm-config"): (
        "kubeadm:nodes-kubeadm-config",
        _BOOTSTRAPPERS,
        "Group/system:nodes",
    ),
    ("kube-system", "system::extension-apiserver-authentication-reader"): (
        "extension-apiserver-authentication-reader",
        _MANAGER,
        _SCHEDULER,
    ),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        "system::leader-locking-kube-controller-manager",
        _MANAGER,
        "ServiceAccount/kube-controller-manager",
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        "system::leader-locking-kube-scheduler",
        _SCHEDULER,
        "ServiceAccount/kube-scheduler",
    ),
    ("kube-system", "system:controller:bootstrap-signer"): ("system:controller:bootstrap-signer", _SIGNER),
    ("kube-system", "system:controller:cloud-provider"): (
        "system:controller:cloud-provider",
        "ServiceAccount/cloud-provider",
    ),
    ("kube-system", "system:controller:token-cleaner"): (
        "system:controller:token-cleaner",
        "ServiceAccount/token-cleaner",
    ),
}
