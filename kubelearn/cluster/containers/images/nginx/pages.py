"""The pages and files that nginx comes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.network.exchange import reason_of

if TYPE_CHECKING:
    from .request import Request

HTML_FOLDER = "/usr/share/nginx/html"
#: Phrases that are not those of the RFC.
_PHRASES = {
    405: "Not Allowed",
    408: "Request Time-out",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
    416: "Requested Range Not Satisfiable",
    504: "Gateway Time-out",
    503: "Service Temporarily Unavailable",
}
_WELCOME = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""
_ERROR = """<!DOCTYPE html>
<html>
<head>
<title>Error</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
<p>If you are the system administrator of this resource then you should check
the error log for details.</p>
<p><em>Faithfully yours, nginx.</em></p>
</body>
</html>
"""
_DEFAULT = """server {
    listen       LISTEN;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""
_MAIN = """
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
"""
_TYPES = """
types {
    text/html                                        html htm shtml;
    text/css                                         css;
    text/xml                                         xml;
    image/gif                                        gif;
    image/jpeg                                       jpeg jpg;
    application/javascript                           js;
    application/atom+xml                             atom;
    application/rss+xml                              rss;

    text/plain                                       txt;
    image/avif                                       avif;
    image/png                                        png;
    image/svg+xml                                    svg svgz;
    image/tiff                                       tif tiff;
    image/webp                                       webp;
    image/x-icon                                     ico;

    font/woff                                        woff;
    font/woff2                                       woff2;

    application/java-archive                         jar war ear;
    application/json                                 json;
    application/pdf                                  pdf;
    application/wasm                                 wasm;
    application/xhtml+xml                            xhtml;
    application/zip                                  zip;

    application/octet-stream                         bin exe dll;

    audio/mpeg                                       mp3;
    video/mp4                                        mp4;
    video/webm                                       webm;
}
"""


def page(status: int, text: str, request: Request) -> bytes:
    """Return the page that nginx makes for a status, ``404 Not Found`` for example.

    Args:
        text: what it says instead of the status' phrase.
    """
    title = f"{status} {text or _PHRASES.get(status) or reason_of(status)}".strip()
    heading = f"{status} Bad Request" if text else title
    named = f"nginx/{request.process.env.get('NGINX_VERSION', '')}"
    if request.scope.args("server_tokens", "on") == ["off"]:
        named = "nginx"
    lines = [
        "<html>",
        f"<head><title>{title}</title></head>",
        "<body>",
        f"<center><h1>{heading}</h1></center>",
        *([f"<center>{text}</center>"] if text else []),
        f"<hr><center>{named}</center>",
        "</body>",
        "</html>",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def files(listen: str = "80") -> dict[str, bytes]:
    """Return the files of nginx' images; the one that listens on 8080 keeps what it writes in /tmp."""
    main = _MAIN
    if listen != "80":
        main = main.replace("user  nginx;\n", "").replace("/run/nginx.pid", "/tmp/nginx.pid")  # noqa: S108
        main = main.replace("http {\n", "http {\n    client_body_temp_path /tmp/client_temp;\n")
    found = {
        f"{HTML_FOLDER}/index.html": _WELCOME,
        f"{HTML_FOLDER}/50x.html": _ERROR,
        "/etc/nginx/nginx.conf": main,
        "/etc/nginx/mime.types": _TYPES,
        "/etc/nginx/conf.d/default.conf": _DEFAULT.replace("LISTEN", listen),
        "/var/log/nginx/access.log": "",
        "/var/log/nginx/error.log": "",
    }
    return {name: text.encode() for name, text in found.items()}
