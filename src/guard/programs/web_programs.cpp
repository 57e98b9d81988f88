#include "guard/programs/web_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Addresses at which clouds tell their machines secrets.
constexpr std::array<std::string_view, 8> metadata_services{
    "169.254.169.254", "metadata.google.internal", "100.100.100.200", "169.254.170.2",
    "fd00:ec2::254",   "metadata.azure",           "169.254.170.23",  "[fd00:ec2"};

constexpr OptionTable curl_table{
    "0123456789aBfgGiIjJklLMnNOpqRsSvVZ#", "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
    "append anyauth basic ca-native cert-status cert-rotate compressed compressed-ssh create-dirs crlf "
    "digest "
    "disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early "
    "fail-with-body "
    "false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control "
    "get globoff "
    "haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only "
    "ignore-content-length "
    "include insecure ipv4 ipv6 junk-session-cookies list-only location location-trusted manual metalink "
    "negotiate netrc "
    "netrc-optional next no-alpn no-buffer no-clobber no-keepalive no-npn no-progress-meter no-sessionid "
    "ntlm ntlm-wb "
    "parallel parallel-immediate path-as-is post301 post302 post303 progress-bar proxy-anyauth proxy-basic "
    "proxy-digest "
    "proxy-insecure proxy-negotiate proxy-ntlm proxytunnel raw remote-header-name remote-name "
    "remote-name-all remote-time "
    "remove-on-error retry-all-errors retry-connrefused sasl-ir show-error silent socks5-basic socks5-gssapi "
    "ssl "
    "ssl-allow-beast ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output "
    "suppress-connect-headers "
    "tcp-fastopen tcp-nodelay tftp-no-options tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids "
    "trace-time "
    "use-ascii verbose version xattr oauth2-bearer-env",
    "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout "
    "connect-to "
    "continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw "
    "data-urlencode "
    "delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header egd-file engine "
    "etag-compare "
    "etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port "
    "happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos "
    "ipfs-gateway json "
    "keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from "
    "mail-rcpt "
    "max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass "
    "pinnedpubkey "
    "preproxy proto proto-default proto-redir proxy proxy-cacert proxy-cert proxy-header proxy-key "
    "proxy-pass proxy-user "
    "proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay "
    "retry-max-time "
    "sasl-authzid service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr "
    "telnet-option "
    "tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii "
    "trace-config "
    "unix-socket upload-file url url-query user user-agent variable vlan-priority write-out"};

constexpr std::string_view curl_written =
    "o output D dump-header c cookie-jar trace trace-ascii stderr etag-save hsts alt-svc libcurl";
constexpr std::string_view curl_data =
    "d data data-ascii data-binary data-raw data-urlencode json form-string";

/// The file of "@file", "name@file", "part=@file;type=x"; empty when there is none.
Field sent_file(const Field& value, bool form) {
  const std::string_view text = value.text();
  std::size_t at = text.find('@');
  if (form) {
    at = std::min(text.find("=@"), text.find("=<"));
    if (at == std::string_view::npos) return {};
    ++at;
  }
  if (at == std::string_view::npos || (!form && at != 0 && text.find_first_of(" ={:") < at)) return {};
  return value.substr(at + 1, text.find(';', at) - at - 1);
}

void sends_file(const Call& call, const Field& file) {
  if (file.empty() || file.text() == "-") return call.does("transfer.send");
  reads_file(call, file);
  call.does("transfer.upload",
            fmt::format("{} sends the file {}", call.name, base::printable(file.text(), 60)));
}

void curl_method(const Call& call, const Field& method) {
  if (!method.literal()) return call.does("transfer.send");
  constexpr std::array<std::string_view, 4> looks{"GET", "HEAD", "OPTIONS", "TRACE"};
  if (is_one_of(method.text(), looks)) return;
  call.does(method.text() == "DELETE" ? "transfer.delete" : "transfer.send");
}

void curl_option(const Call& call, const Option& option) {
  const auto is = [&](std::string_view names) { return has_name(names, option.name); };
  if (is(curl_written)) return writes_file(call, option.value, Writing::replace);
  if (is("X request")) return curl_method(call, option.value);
  if (is("T upload-file")) return sends_file(call, option.value);
  if (is("F form")) {
    const Field file = sent_file(option.value, true);
    return file.empty() ? call.does("transfer.send") : sends_file(call, file);
  }
  if (is(curl_data)) {
    const Field file = is("data-raw form-string") ? Field() : sent_file(option.value, false);
    return file.empty() ? call.does("transfer.send") : sends_file(call, file);
  }
  if (is("H header w write-out") && option.value.known_prefix().starts_with('@'))
    reads_file(call, option.value.substr(1));
  if (is("K config")) call.does("shell.script", "curl with options from a file");
  if (is("w write-out"))
    if (const auto at = option.value.text().find("%output{"); at != std::string::npos)
      writes_file(call, option.value.substr(at + 8, option.value.text().find('}', at) - at - 8),
                  Writing::replace);
  if (is("b cookie") && !option.value.text().contains('=')) reads_file(call, option.value);
  if (is("netrc-file")) reads_file(call, option.value);
  if (is("url")) asks_for(call, option.value);
  if (is("Q quote mail-rcpt")) call.does("transfer.send");
  if (is("engine")) call.does("shell.script", "curl loads a library");
}

constexpr OptionTable wget_table{
    "bcdEFhHkKLmNpqrSvVx46", "aABDeIilnoOPQRtTUwXn",
    "version help background debug quiet verbose no-verbose force-html continue show-progress timestamping "
    "no-if-modified-since no-use-server-timestamps server-response spider random-wait no-proxy "
    "no-dns-cache inet4-only "
    "inet6-only ignore-case no-iri no-directories no-host-directories force-directories "
    "protocol-directories adjust-extension "
    "no-cache no-cookies load-cookies-on keep-session-cookies ignore-length save-headers "
    "no-http-keep-alive content-on-error "
    "auth-no-challenge content-disposition trust-server-names https-only no-check-certificate no-hsts "
    "no-remove-listing no-glob "
    "no-passive-ftp preserve-permissions retr-symlinks ftps-implicit recursive delete-after convert-links "
    "mirror "
    "page-requisites strict-comments span-hosts relative no-parent backup-converted unlink no-clobber "
    "retry-connrefused no-netrc no-config no-verbose-all xattr",
    "output-file append-output input-file base config rejected-log tries output-document backups start-pos "
    "progress timeout "
    "dns-timeout connect-timeout read-timeout wait waitretry quota bind-address limit-rate "
    "restrict-file-names "
    "prefer-family user password ask-password use-askpass directory-prefix cut-dirs protocol default-page "
    "http-user "
    "http-password header compression max-redirect proxy-user proxy-password referer user-agent "
    "load-cookies "
    "save-cookies post-data post-file method body-data body-file certificate certificate-type private-key "
    "private-key-type ca-certificate ca-directory crl-file pinnedpubkey random-file egd-file hsts-file "
    "ftp-user "
    "ftp-password warc-file level accept reject accept-regex reject-regex regex-type domains "
    "exclude-domains follow-tags "
    "ignore-tags include-directories exclude-directories execute report-speed ciphers secure-protocol"};

/// Whether the option keeps what is fetched from landing in the directory wget runs in.
bool judge_wget_option(const Call& call, const Option& option) {
  const auto is = [&](std::string_view names) { return has_name(names, option.name); };
  if (is("O output-document o output-file a append-output save-cookies rejected-log"))
    writes_file(call, option.value, is("a append-output") ? Writing::append : Writing::replace);
  if (is("P directory-prefix")) writes_file(call, path_in(option.value, ""), Writing::change);
  if (is("hsts-file")) writes_file(call, option.value, Writing::change);
  if (is("warc-file")) writes_file(call, option.value, Writing::replace);
  if (is("post-data body-data")) call.does("transfer.send");
  if (is("post-file body-file")) sends_file(call, option.value);
  if (is("method")) curl_method(call, option.value);
  if (is("use-askpass")) call.out.runs(option.value);
  if (is("e execute config"))
    call.does("shell.script", "wget with settings of its own, which may name programs");
  if (is("i input-file")) reads_file(call, option.value);
  return is("spider delete-after O output-document") || (is("P directory-prefix") && !option.value.opaque());
}

}  // namespace

void asks_for(const Call& call, const Field& address) {
  const std::string_view text = address.text();
  for (const std::string_view scheme : {"file://localhost", "file://", "FILE://", "file:"})
    if (text.starts_with(scheme)) return reads_file(call, address.substr(scheme.size()));
  // Their paths are bytes for a server of any kind.
  for (const std::string_view scheme : {"gopher:", "gophers:", "dict:", "telnet:", "smtp:", "smtps:"})
    if (text.starts_with(scheme)) return call.does("transfer.send");
  const bool metadata = std::ranges::any_of(metadata_services,
                                            [&](std::string_view service) { return text.contains(service); });
  if (metadata)
    call.does("secret.metadata",
              fmt::format("{} asks the metadata service {}", call.name, base::printable(text, 60)));
}

bool curl_sends(const Options& options) {
  const Field* method = options.find("X");
  if (method == nullptr) method = options.find("request");
  return has_any(options, curl_data) ||
         (method != nullptr && method->text() != "GET" && method->text() != "HEAD");
}

/// Who gives the engine of containers orders holds the host.
void judge_socket(const Call& call, const Options& options) {
  const Field* socket = options.find("unix-socket");
  if (socket == nullptr || !curl_sends(options)) return;
  constexpr std::array<std::string_view, 4> engines{"docker.sock", "podman.sock", "containerd.sock",
                                                    "crio.sock"};
  if (socket->opaque() ||
      std::ranges::any_of(engines, [&](std::string_view engine) { return socket->text().ends_with(engine); }))
    call.does("container.host");
}

/// An address whose path names what is not taken back: "/_delete_by_query", "/api/v1/admin/shutdown".
bool orders_removal(std::string_view address) {
  constexpr auto words = std::to_array<std::string_view>(
      {"delete", "destroy", "purge", "truncate", "wipe", "shutdown", "reboot", "factory", "/drop"});
  const auto scheme = address.find("://");
  const auto path = address.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  const auto end = std::min(address.find('?'), address.size());
  if (path >= end) return false;
  const std::string_view named = address.substr(path, end - path);
  return std::ranges::any_of(words, [&](std::string_view word) { return named.contains(word); });
}

void judge_curl(const Call& call) {
  if (call.only_help()) return;
  const Options options = options_of(call, curl_table);
  const bool gets = has_any(options, "G get");
  judge_socket(call, options);
  for (const Option& option : options.options) {
    const bool data = gets && has_name(curl_data, option.name);
    if (!data)
      curl_option(call, option);
    else if (const Field file = sent_file(option.value, false);
             !file.empty() && !has_name("data-raw form-string", option.name))
      sends_file(call, file);
  }
  if (has_any(options, "O remote-name remote-name-all J remote-header-name")) {
    const Field* directory = options.find("output-dir");
    if (directory != nullptr)
      writes_file(call, *directory, Writing::change);
    else
      writes_file(call, path_in(call.directory.empty() ? Field(".") : call.directory, "download"),
                  Writing::change);
  }
  for (const Field& address : options.operands) {
    asks_for(call, address);
    if (!gets && curl_sends(options) && orders_removal(address.text()))
      call.does("transfer.delete",
                fmt::format("curl sends an order to {}", base::printable(address.text(), 80)));
  }
}

void judge_wget(const Call& call) {
  if (call.only_help()) return;
  // "-nv", "-nc", "-nd" are letters in pairs, which getopt's tables cannot say.
  Fields words;
  for (const Field& word : call.words)
    if (!has_name("-nv -nc -nd -nH -np", word.text())) words.push_back(word);
  const Options options = options_of({call.name, words, call.directory, call.out}, wget_table);
  bool lands_here = true;
  if (has_any(options, "b background"))
    call.does("fs.write", "wget goes on in the background and keeps a log");
  for (const Option& option : options.options) lands_here = !judge_wget_option(call, option) && lands_here;
  if (lands_here)
    writes_file(call, path_in(call.directory.empty() ? Field(".") : call.directory, "download"),
                Writing::change);
  for (const Field& address : options.operands) asks_for(call, address);
}

/// http [METHOD] URL [ITEMS]: "name=value" and "name:=json" are sent, "name@file" is a file.
void judge_httpie(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(
      call.words, {"vhbIFdcSjfm", "aopsA", "verify", "output auth auth-type session timeout pretty"});
  for (const Option& option : options.options)
    if (has_name("o output", option.name)) writes_file(call, option.value, Writing::replace);
  if (has_any(options, "d download")) call.does("fs.write");
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const Field& word = options.operands[i];
    const std::string_view text = word.text();
    const bool method = i == 0 && !text.empty() &&
                        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    if (method) {
      curl_method(call, word);
    } else if (text.contains("://") || i == 0) {
      asks_for(call, word);
    } else if (text.contains('@') && !text.contains('=')) {
      sends_file(call, word.substr(text.find('@') + 1));
    } else if (text.contains('=') && !text.contains("==")) {
      call.does("transfer.send");
    }
  }
  if (call.out.has_input() && !has_any(options, "I ignore-stdin")) call.does("transfer.send");
}

}  // namespace mcpssh::guard
