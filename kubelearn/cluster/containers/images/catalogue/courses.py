"""Images of courses on Kubernetes."""

from __future__ import annotations

from .entry import HUB, LIBRARY, Entry
from .stand_ins import stand_in


def _nginx(name: str, about: str, files: str, versions: str, words: str = "", prefix: str = "") -> Entry:
    """Return nginx with other files."""
    return Entry(
        f"{HUB}/{name}",
        about,
        versions,
        words=words,
        prefix=prefix,
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files=f"servers.courses:{files}",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "1.21.6"},
    )


def _server(name: str, about: str, programs: str, command: str, versions: str, words: str = "latest") -> Entry:
    """Return a small server."""
    return Entry(
        f"{HUB}/{name}",
        about,
        versions,
        words=words,
        suffix=r"[.-](RELEASE|SNAPSHOT)",
        tools="busybox",
        programs=f"servers.courses:{programs}",
        entrypoint=tuple(command.split()),
        size=120_000_000,
    )


_JAR = "java -jar app.jar"
_KIAMOL = (
    _server("kiamol/ch02-whoami", "says its pod's name on 80", "WHOAMI", "dotnet whoami.dll", ""),
    _server("kiamol/ch03-numbers-api", "says a number on 80, below /rng", "NUMBERS", "dotnet /app/Numbers.Api.dll", ""),
    _server("kiamol/ch05-pi", "digits of pi, on 80 or as a Job", "PI", "dotnet Pi.Web.dll", ""),
    _nginx("kiamol/ch09-vweb", "nginx with a page that is its version", "vweb", "3 2 1", prefix="v"),
    _nginx("kiamol/ch02-hello-kiamol", "nginx with a page", "HELLO", "", words="latest"),
    Entry(
        f"{HUB}/kiamol/ch03-sleep",
        "a shell, small tools and curl; sleeps",
        "",
        words="latest",
        tools="busybox curl",
        cmd=("/bin/sh", "-c", "trap : TERM INT; (while true; do sleep 1000; done) & wait"),
        size=9_000_000,
    ),
    *(
        stand_in(f"{HUB}/kiamol/{name}", ports, versions, command, prefix="v", commands="dotnet")
        for name, ports, versions, command in (
            ("ch03-numbers-web", (80,), "2 1", "dotnet /app/Numbers.Web.dll"),
            ("ch04-todo-list", (80,), "", "dotnet ToDoList.dll"),
            ("ch07-timecheck", (), "", "dotnet TimeCheck.dll"),
            ("ch07-simple-proxy", (1080,), "", "dotnet SimpleProxy.dll"),
            ("ch10-web-ping", (), "", "/web-ping"),
            ("ch11-bulletin-board", (8080,), "", "node server.js"),
            ("ch12-memory-allocator", (), "", "dotnet MemoryAllocator.dll"),
            ("ch13-elasticsearch", (9200, 9300), "", "/usr/share/elasticsearch/bin/elasticsearch"),
            ("ch13-kibana", (5601,), "", "/usr/share/kibana/bin/kibana"),
            ("ch14-access-log", (80,), "", "node /app/server.js"),
            ("ch14-image-gallery", (80,), "", "/web/server"),
            ("ch14-image-of-the-day", (80,), "", "java -jar /app/iotd-service.jar"),
            ("ch17-kube-explorer", (80,), "", "dotnet KubeExplorer.dll"),
            ("ch20-todo-list", (80,), "", "dotnet ToDoList.dll"),
            ("ch20-todo-save-handler", (), "", "dotnet ToDoList.SaveHandler.dll"),
        )
    ),
)

COURSES = (
    *_KIAMOL,
    _nginx(
        "stacksimplify/kubenginx",
        "nginx with a page that says its version",
        "stack_simplify",
        "4.0.0 3.0.0 2.0.0 1.0.0",
    ),
    _nginx("stacksimplify/kube-frontend-nginx", "nginx before the Service my-backend-service", "FRONTEND", "1.0.0"),
    _server(
        "stacksimplify/kube-helloworld", "says hello on 8080, below /hello", "hello_world", _JAR, "2.0.0 1.0.0", ""
    ),
    _server("in28min/hello-world-rest-api", "says hello on 8080, below /hello-world", "rest_api", _JAR, "0.0.3", ""),
    _server("vfarcic/go-demo-2", "says hello on 8080, below /demo/hello", "GO_DEMO", "go-demo", "3.0 2.0 1.0"),
    _server("vfarcic/go-demo-3", "says hello on 8080, below /demo/hello", "GO_DEMO", "go-demo", "3.0 2.0 1.0"),
    _server("vfarcic/go-demo-5", "says hello on 8080, below /demo/hello", "GO_DEMO", "go-demo", "3.0 2.5 1.0"),
    stand_in(f"{HUB}/in28min/todo-web-application-h2", (8080,), "0.0.1", _JAR, suffix="-SNAPSHOT", words=""),
    stand_in(f"{HUB}/in28min/todo-web-application-mysql", (8080,), "0.0.1", _JAR, suffix="-SNAPSHOT", words=""),
    stand_in(f"{HUB}/in28min/currency-exchange", (8000,), "3.0.0 2.0.0 0.0.1", _JAR, suffix="-RELEASE", words=""),
    stand_in(f"{HUB}/in28min/currency-conversion", (8100,), "3.0.0 2.0.0 0.0.5", _JAR, suffix="-RELEASE", words=""),
    stand_in(f"{HUB}/bmuschko/nodejs-hello-world", (3000,), "1.0.0", "node app.js"),
    stand_in(f"{HUB}/bmuschko/nodejs-read-config", (8080,), "1.0.0", "node app.js"),
    stand_in(f"{HUB}/bmuschko/nodejs-business-app", (8080,), "1.0.0", "node app.js"),
    stand_in(f"{HUB}/bmuschko/nodejs-ambassador", (8081,), "1.0.0", "node app.js"),
    stand_in(f"{HUB}/vfarcic/devops-toolkit-series", (80,), "", "nginx"),
    stand_in(f"{HUB}/vfarcic/jenkins", (8080, 50000), "", "/sbin/tini -- /usr/local/bin/jenkins.sh"),
    stand_in(f"{HUB}/cvallance/mongo-k8s-sidecar", (), "", "npm start"),
    stand_in(f"{HUB}/chentex/random-logger", (), "", "/entrypoint.sh", prefix="v"),
    stand_in(f"{HUB}/polinux/stress", (), "1.0.4", "stress"),
    stand_in(f"{HUB}/vish/stress", (), "", "/stress"),
    Entry(
        f"{LIBRARY}/perl",
        "prints digits of pi (bpi), and nothing else of Perl",
        "5.42.0 5.40.3 5.38.5 5.36.3 5.34.3 5.32.1 5.30.3",
        words="latest stable slim",
        suffix="-(slim|threaded|bookworm|bullseye|trixie|buster)*",
        tools="debian",
        programs="servers.perl:programs",
        cmd=("perl",),
        size=330_000_000,
    ),
)
