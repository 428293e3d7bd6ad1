"""The configurations that envoy's images come with."""

from __future__ import annotations

CONF = "/etc/envoy/envoy.yaml"
_DEFAULT = """\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: 10000}
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
                route: {cluster: service_envoyproxy_io}
  clusters:
  - name: service_envoyproxy_io
    type: LOGICAL_DNS
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: www.envoyproxy.io, port_value: 443}}}
    transport_socket: {name: envoy.transport_sockets.tls}
"""
FILES = {CONF: _DEFAULT.encode()}
#: What kiada-ssl-proxy adds: TLS on 8443, passed on to port 8080 of its pod.
_KIADA = """\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: 8443}
    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          common_tls_context:
            tls_certificates:
            - certificate_chain: {filename: /etc/certs/example-com.crt}
              private_key: {filename: /etc/certs/example-com.key}
      filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: ingress_http
          route_config:
            virtual_hosts:
            - name: local_service
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: service_kiada_localhost}
  clusters:
  - name: service_kiada_localhost
    type: STATIC
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}
"""


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
