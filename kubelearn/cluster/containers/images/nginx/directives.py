"""Which directives there are, where they may stand, and how many words they take.

What nginx knows and this one cannot do is refused, never ignored. What makes no difference in a pod network (buffers,
threads, sockets' options) is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .syntax import Directive

#: What the log says of what a real nginx has, and this one has not; a place follows.
NOT_EMULATED = "{} is not emulated on this cluster (a real nginx has it)"
_ANY = 99
_WORDS_SWITCHES = """
daemon master_process
absolute_redirect autoindex chunked_transfer_encoding gzip gzip_vary ignore_invalid_headers log_not_found
merge_slashes multi_accept port_in_redirect proxy_buffering proxy_intercept_errors proxy_pass_request_body
proxy_pass_request_headers proxy_request_buffering proxy_ssl_server_name proxy_ssl_verify sendfile
server_name_in_redirect ssl_session_tickets tcp_nodelay tcp_nopush underscores_in_headers
"""
_SWITCHES = frozenset(_WORDS_SWITCHES.split())


@dataclass(frozen=True)
class _Rule:
    """Where a directive may stand, and how many words it has.

    Attributes:
        contexts: names of blocks; ``main`` is the file itself.
        least: number of words at least, as ``most``.
        block: whether it opens a block.
        again: whether it may stand more than once in a block.
    """

    contexts: frozenset[str]
    least: int
    most: int
    block: bool = False
    again: bool = False


def _rules() -> dict[str, _Rule]:
    rules: dict[str, _Rule] = {}
    for line in _TABLE.strip().splitlines():
        contexts, counts, flags, names = line.split(maxsplit=3)
        least, _, most = counts.partition("-")
        high = _ANY if most == "n" else int(most or least)
        places = frozenset(_CONTEXTS[letter] for letter in contexts)
        for name in names.split():
            earlier = rules[name].contexts if name in rules else frozenset()
            rules[name] = _Rule(places | earlier, int(least), high, "b" in flags, "a" in flags)
    return rules


_CONTEXTS = {
    "m": "main",
    "e": "events",
    "h": "http",
    "s": "server",
    "l": "location",
    "i": "if",
    "u": "upstream",
    "t": "types",
    "x": "limit_except",
}
#: Contexts, number of words, flags (b a block, a again, - none), names.
_TABLE = """
m 1 - daemon master_process worker_processes pid worker_rlimit_nofile worker_shutdown_timeout pcre_jit timer_resolution
m 1-2 - user
m 1 a load_module env
m 0 b events
m 0 b http
e 1 - worker_connections multi_accept use accept_mutex
mhsl 1-2 a error_log
h 0 ba server
h 1 ba upstream
h 2 ba map
hs 1 - server_names_hash_bucket_size server_names_hash_max_size client_header_timeout client_header_buffer_size
hs 1 - ignore_invalid_headers underscores_in_headers merge_slashes
hs 2 - large_client_header_buffers
h 1 - variables_hash_max_size variables_hash_bucket_size map_hash_bucket_size map_hash_max_size
h 2-n a log_format
s 1-n a listen
s 1-n a server_name
sl 1-2 ba location
hsl 1 - root default_type server_tokens client_max_body_size types_hash_max_size types_hash_bucket_size
hsl 1 - absolute_redirect port_in_redirect server_name_in_redirect log_not_found autoindex
hsl 1 - sendfile tcp_nopush tcp_nodelay client_body_timeout client_body_buffer_size send_timeout etag
hsl 1 - reset_timedout_connection lingering_close lingering_time lingering_timeout output_buffers postpone_output
hsl 1-2 - keepalive_timeout
hsl 1 - keepalive_requests
hsl 1 - sendfile_max_chunk open_file_cache_valid open_file_cache_errors open_file_cache_min_uses
hsl 1-3 - open_file_cache
hsl 1-n - index
l 1 - alias
hsl 0 b types
hsli 1-n a access_log
hsli 2-3 a add_header
hsli 2-n a error_page
sli 1-2 a return
sli 2-3 a rewrite
sli 2 a set
sli 0 a break
sl 1-n ba if
sl 2-n - try_files
hslx 1-n a allow deny
l 1-n b limit_except
hsli 1-2 - expires
hsl 1-4 - client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path
l 0 - internal stub_status
hsl 1 - satisfy
li 1 - proxy_pass
hsl 1 - proxy_http_version proxy_connect_timeout proxy_read_timeout proxy_send_timeout proxy_buffering
hsl 1 - proxy_buffer_size proxy_busy_buffers_size proxy_max_temp_file_size proxy_request_buffering
hsl 1 - proxy_intercept_errors proxy_ssl_verify proxy_ssl_server_name proxy_pass_request_headers
hsl 1 - proxy_pass_request_body proxy_next_upstream_tries proxy_next_upstream_timeout
hsl 1-n - proxy_next_upstream
hsl 2 - proxy_buffers
hsl 2 a proxy_set_header
hsl 1 a proxy_hide_header proxy_pass_header
hsl 1-2 a proxy_redirect
hsl 1-n - resolver
hsl 1 - resolver_timeout
u 0 - ip_hash
u 0 - least_conn
u 1-2 - zone
u 1-2 - keepalive keepalive_requests keepalive_timeout
hs 1 a ssl_certificate ssl_certificate_key
hs 1-n - ssl_protocols
hs 1 - ssl_ciphers ssl_prefer_server_ciphers ssl_session_timeout ssl_session_tickets ssl_buffer_size ssl_ecdh_curve
hs 1-2 - ssl_session_cache
hs 1 - ssl_dhparam
hsl 1 - gzip gzip_vary gzip_comp_level gzip_min_length gzip_http_version gzip_disable
hsl 1-n - gzip_types gzip_proxied
hsl 2 - gzip_buffers
hs 1 - http2
hsl 1 - chunked_transfer_encoding msie_padding if_modified_since
"""
#: What nginx has and this one has not.
_WORDS_REFUSED = """
accept_mutex_delay add_after_body add_before_body add_trailer addition_types aio aio_write ancient_browser
auth_basic auth_basic_user_file auth_request auth_request_set charset charset_map charset_types
client_body_in_file_only client_body_in_single_buffer connection_pool_size
create_full_put_path dav_access dav_methods debug_points directio disable_symlinks empty_gif fastcgi_buffers
fastcgi_cache fastcgi_index fastcgi_param fastcgi_pass fastcgi_read_timeout fastcgi_split_path_info
geo geoip_country grpc_pass grpc_set_header gunzip gzip_static hash http2_max_concurrent_streams
http2_push http3 image_filter js_content js_import js_set keyval limit_conn limit_conn_zone limit_rate
limit_rate_after limit_req limit_req_status limit_req_zone mail max_ranges memcached_pass min_delete_depth mirror
mirror_request_body modern_browser mp4 msie_refresh override_charset perl proxy_bind proxy_cache proxy_cache_bypass
proxy_cache_key proxy_cache_lock proxy_cache_methods proxy_cache_path proxy_cache_use_stale proxy_cache_valid
proxy_cookie_domain proxy_cookie_path proxy_ignore_client_abort proxy_ignore_headers proxy_limit_rate proxy_method
proxy_no_cache proxy_set_body proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_name
proxy_ssl_protocols proxy_ssl_session_reuse proxy_ssl_trusted_certificate proxy_store random
random_index read_ahead real_ip_header real_ip_recursive recursive_error_pages referer_hash_bucket_size rewrite_log
scgi_pass secure_link set_real_ip_from slice source_charset spdy split_clients ssi ssi_types ssl
ssl_client_certificate ssl_conf_command ssl_crl ssl_early_data ssl_engine ssl_password_file ssl_reject_handshake
ssl_session_ticket_key ssl_stapling ssl_stapling_verify ssl_trusted_certificate ssl_verify_client ssl_verify_depth
status_zone sticky stream sub_filter sub_filter_last_modified sub_filter_once sub_filter_types
subrequest_output_buffer_size thread_pool uninitialized_variable_warn upstream_conf userid uwsgi_param uwsgi_pass
valid_referers worker_aio_requests worker_cpu_affinity worker_priority xslt_stylesheet
"""
#: Directives whose words are times, and those whose words are sizes.
_FORMS = (
    (
        re.compile(r"(\d+(ms|[smhdwMy])?)+"),
        frozenset(
            [
                "client_body_timeout",
                "client_header_timeout",
                "keepalive_timeout",
                "proxy_connect_timeout",
                "proxy_read_timeout",
                "proxy_send_timeout",
                "resolver_timeout",
                "send_timeout",
            ]
        ),
    ),
    (
        re.compile(r"\d+[kKmMgG]?"),
        frozenset(["client_body_buffer_size", "client_max_body_size", "proxy_buffer_size", "proxy_max_temp_file_size"]),
    ),
)
_REFUSED = frozenset(_WORDS_REFUSED.split())
_RULES = _rules()
#: Blocks whose lines are data.
_FREE = frozenset({"types", "map"})


def check(directives: list[Directive], context: str = "main") -> None:
    """Refuse what nginx refuses, and what this one cannot do.

    Raises:
        ConfigError: the first that is wrong.
    """
    seen: set[str] = set()
    for directive in directives:
        rule = _rule(directive, context)
        if directive.name in seen and not rule.again:
            raise directive.error(f'"{directive.name}" directive is duplicate')
        seen.add(directive.name)
        if rule.block and directive.block is not None and directive.name not in _FREE:
            check(directive.block, directive.name)


def walk(directives: list[Directive]) -> Iterator[Directive]:
    """Yield directives, and those in their blocks."""
    for directive in directives:
        yield directive
        yield from walk(directive.block or [])


def _rule(directive: Directive, context: str) -> _Rule:
    name = directive.name
    rule = _RULES.get(name)
    if name == "server" and context == "upstream":
        rule = _Rule(frozenset({"upstream"}), 1, _ANY, again=True)
    if rule is None:
        if name in _REFUSED:
            raise directive.error(NOT_EMULATED.format(f'"{name}" directive'))
        raise directive.error(f'unknown directive "{name}"')
    if context not in rule.contexts:
        raise directive.error(f'"{name}" directive is not allowed here')
    if rule.block and directive.block is None:
        raise directive.error(f'directive "{name}" has no opening "{{"')
    if not rule.block and directive.block is not None:
        raise directive.error(f'directive "{name}" is not terminated by ";"')
    if not rule.least <= len(directive.args) <= rule.most:
        raise directive.error(f'invalid number of arguments in "{name}" directive')
    if name in _SWITCHES and directive.args[0] not in ("on", "off"):
        raise directive.error(f'invalid value "{directive.args[0]}" in "{name}" directive, it must be "on" or "off"')
    form = next((form for form, names in _FORMS if name in names), None)
    if form is not None and not all(form.fullmatch(word) for word in directive.args):
        raise directive.error(f'"{name}" directive invalid value')
    return rule
