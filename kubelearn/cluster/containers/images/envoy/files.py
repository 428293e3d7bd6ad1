"""The configurations that envoy's images come with: one listener passes all on to one cluster."""

from __future__ import annotations

from string import Template

CONF = "/etc/envoy/envoy.yaml"
_STATIC = Template("""\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: $port}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: ingress_http
          route_config:
            virtual_hosts:
            - name: local_service
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: $cluster}
$tls_of_clients\
  clusters:
  - name: $cluster
    type: $discovery
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: $upstream, port_value: $upstream_port}}}
$tls_to_upstream""")
_DEFAULT = _STATIC.substitute(
    port=10000,
    tls_of_clients="",
    cluster="service_envoyproxy_io",
    discovery="LOGICAL_DNS",
    upstream="www.envoyproxy.io",
    upstream_port=443,
    tls_to_upstream="    transport_socket: {name: envoy.transport_sockets.tls}\n",
)
FILES = {CONF: _DEFAULT.encode()}
#: What kiada-ssl-proxy adds: TLS on 8443, passed on to port 8080 of its pod.
_KIADA = _STATIC.substitute(
    port=8443,
    tls_of_clients="""\
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          common_tls_context:
            tls_certificates:
            - certificate_chain: {filename: /etc/certs/example-com.crt}
              private_key: {filename: /etc/certs/example-com.key}
""",
    cluster="service_kiada_localhost",
    discovery="STATIC",
    upstream="127.0.0.1",
    upstream_port=8080,
    tls_to_upstream="",
)


def kiada(_version: str) -> dict[str, bytes]:
    """Return the files of kiada-ssl-proxy, with a certificate that nobody believes."""
    import trustme

    pair = trustme.CA().issue_cert("*.example.com", "example.com", common_name="example.com")
    (chain, *_), key = pair.cert_chain_pems, pair.private_key_pem
    return {
        CONF: _KIADA.encode(),
        "/etc/certs/example-com.crt": chain.bytes(),
        "/etc/certs/example-com.key": key.bytes(),
    }
