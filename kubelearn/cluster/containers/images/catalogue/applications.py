"""Applications of several services that show how Services connect them: stand-ins, one for each service."""

from __future__ import annotations

from .entry import HUB, SAMPLES
from .stand_ins import stand_in

_BOUTIQUE = "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo"
_BOUTIQUE_VERSIONS = "0.10.6 0.9.0 0.8.1 0.7.0 0.6.0 0.5.2 0.4.1 0.3.9 0.2.3 0.1.4"
_ONLINE_BOUTIQUE = tuple(
    stand_in(
        f"{_BOUTIQUE}/{name}",
        ports,
        _BOUTIQUE_VERSIONS,
        f"/src/{name}",
        words="",
        prefix="v",
        also=(
            f"{SAMPLES}/microservices-demo/{name}",
            f"us-central1-docker.pkg.dev/google-samples/microservices-demo/{name}",
        ),
    )
    for name, ports in {
        "adservice": (9555,),
        "cartservice": (7070,),
        "checkoutservice": (5050,),
        "currencyservice": (7000,),
        "emailservice": (8080,),
        "frontend": (8080,),
        "loadgenerator": (),
        "paymentservice": (50051,),
        "productcatalogservice": (3550,),
        "recommendationservice": (8080,),
        "shippingservice": (50051,),
        "shoppingassistantservice": (8080,),
    }.items()
)
_SOCKS = f"{HUB}/weaveworksdemos"
_JAVA = "/usr/local/bin/java.sh -jar ./app.jar --port=80"
_SOCK_SHOP = (
    stand_in(f"{_SOCKS}/carts", (80,), "0.4.8", _JAVA, commands="java"),
    stand_in(f"{_SOCKS}/orders", (80,), "0.4.7", _JAVA, commands="java"),
    stand_in(f"{_SOCKS}/shipping", (80,), "0.4.8", _JAVA, commands="java"),
    stand_in(f"{_SOCKS}/queue-master", (80,), "0.3.1", _JAVA, commands="java"),
    stand_in(f"{_SOCKS}/catalogue", (80,), "0.3.5", "/app -port=80"),
    stand_in(f"{_SOCKS}/payment", (80,), "0.4.3", "/app -port=80"),
    stand_in(f"{_SOCKS}/user", (80,), "0.4.7", "/user -port=80"),
    stand_in(f"{_SOCKS}/front-end", (8079,), "0.3.12", "/usr/local/bin/npm start", commands="node"),
    stand_in(f"{_SOCKS}/catalogue-db", (3306,), "0.3.0", "docker-entrypoint.sh mysqld"),
    stand_in(f"{_SOCKS}/user-db", (27017,), "0.4.0 0.3.0", "/entrypoint.sh mongod"),
    stand_in(f"{_SOCKS}/load-test", (), "0.1.1", "/bin/runLocust", commands="locust"),
)
#: Docker's voting app, and the copies of it that courses have.
_VOTING_APP = (
    stand_in(
        f"{HUB}/dockersamples/examplevotingapp_vote",
        (80,),
        "1",
        "gunicorn app:app",
        words="latest before after",
        commands="python",
        also=(f"{HUB}/kodekloud/examplevotingapp_vote", f"{HUB}/mmumshad/examplevotingapp_vote"),
        prefix="v",
    ),
    stand_in(
        f"{HUB}/dockersamples/examplevotingapp_result",
        (80,),
        "1",
        "node server.js",
        words="latest before after",
        also=(f"{HUB}/kodekloud/examplevotingapp_result", f"{HUB}/mmumshad/examplevotingapp_result"),
        prefix="v",
    ),
    stand_in(
        f"{HUB}/dockersamples/examplevotingapp_worker",
        (),
        "1",
        "dotnet Worker.dll",
        words="latest dotnet",
        also=(f"{HUB}/kodekloud/examplevotingapp_worker", f"{HUB}/mmumshad/examplevotingapp_worker"),
        prefix="v",
    ),
    stand_in(
        "mcr.microsoft.com/azuredocs/azure-vote-front",
        (80,),
        "2 1",
        "/entrypoint.sh /start.sh",
        words="",
        prefix="v",
        also=(f"{HUB}/microsoft/azure-vote-front",),
    ),
)
_BOOKINFO_VERSIONS = "1.20.3 1.19.1 1.18.0 1.17.0 1.16.4 1.15.1"
_BOOKINFO = tuple(
    stand_in(
        f"{HUB}/istio/examples-bookinfo-{name}",
        (9080,),
        _BOOKINFO_VERSIONS,
        command,
        words="",
        exact=False,
    )
    for name, command in {
        "productpage-v1": "python productpage.py 9080",
        "details-v1": "ruby details.rb 9080",
        "ratings-v1": "node /opt/microservices/ratings.js 9080",
        "reviews-v1": "/opt/ol/wlp/bin/server run",
        "reviews-v2": "/opt/ol/wlp/bin/server run",
        "reviews-v3": "/opt/ol/wlp/bin/server run",
    }.items()
)
_ROBOT_SHOP = tuple(
    stand_in(f"{HUB}/robotshop/rs-{name}", ports, "2.1.0 2.0.0 1.1.0", "/app")
    for name, ports in {
        "web": (8080,),
        "cart": (8080,),
        "catalogue": (8080,),
        "user": (8080,),
        "shipping": (8080,),
        "payment": (8080,),
        "ratings": (80,),
        "dispatch": (),
        "mongodb": (27017,),
        "mysql-db": (3306,),
    }.items()
)
_OF_THE_DOCUMENTATION = (
    stand_in("registry.k8s.io/git-sync", (), "3.1.6 2.0.6", "/git-sync", words="", prefix="v"),
    stand_in(
        "registry.k8s.io/git-sync/git-sync", (), "4.5.0 4.4.2 4.3.0 4.2.4 3.6.9", "/git-sync", words="", prefix="v"
    ),
    stand_in("registry.k8s.io/guestbook", (3000,), "3 2 1", "./guestbook", words="latest", prefix="v"),
    stand_in("registry.k8s.io/example-dns-backend", (8000,), "2 1", "python server.py", words="", prefix="v"),
    stand_in("registry.k8s.io/example-dns-frontend", (), "1", "python client.py", words="", prefix="v"),
    stand_in("registry.k8s.io/explorer", (8080,), "1.0", "/explorer", words=""),
    stand_in(f"{SAMPLES}/hello-app-redis", (8080,), "1.0", "./hello-app-redis", words=""),
    stand_in(f"{SAMPLES}/hello-app-cdn", (8080,), "1.0", "./hello-app-cdn", words=""),
    stand_in(f"{HUB}/ajeetraina/todo", (3000,), "4.5", "docker-entrypoint.sh node src/index.js"),
    stand_in(f"{HUB}/ajeetraina/webpage", (80,), "", "nginx"),
    stand_in(f"{HUB}/nigelpoulton/web-app", (8080,), "1.0", "node ./app.js", words=""),
    stand_in(f"{HUB}/nigelpoulton/k8s-deep-dive", (8080,), "0.1", "node ./app.js", words=""),
    stand_in(f"{HUB}/eon01/tgr", (5000,), "2 1", "python app.py", words="latest"),
    stand_in(f"{HUB}/eon01/infinite", (), "", "python app.py", words="latest"),
    stand_in(f"{HUB}/wardviaene/skaffold-demo", (3000,), "", "npm start", words="latest"),
    stand_in(f"{HUB}/tutum/hello-world", (80,), "", "/run.sh", words="latest"),
    stand_in(f"{HUB}/dockercloud/hello-world", (80,), "", "/run.sh", words="latest"),
    stand_in(f"{HUB}/docker/getting-started", (80,), "", "nginx", words="latest pwd"),
    stand_in("mcr.microsoft.com/dotnet/samples", (8080,), "8.0", "./aspnetapp", words="aspnetapp dotnetapp latest"),
    stand_in("quay.io/mhausenblas/yages", (9000,), "0.1.0", "./srv", words=""),
    stand_in(f"{HUB}/kodekloud/webapp-color", (8080,), "3 2 1", "python app.py", prefix="v", words="latest"),
    stand_in(f"{HUB}/kodekloud/simple-webapp", (8080,), "", "python app.py", words="latest", prefix="v"),
    stand_in(f"{HUB}/kodekloud/webapp-conntest", (8080,), "", "python app.py", words="latest"),
    stand_in(f"{HUB}/kodekloud/event-simulator", (), "", "python app.py", words="latest"),
)

APPLICATIONS = (
    *_ONLINE_BOUTIQUE,
    *_SOCK_SHOP,
    *_VOTING_APP,
    *_BOOKINFO,
    *_ROBOT_SHOP,
    *_OF_THE_DOCUMENTATION,
)
