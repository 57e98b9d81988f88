// Files that give away passwords, private keys and credentials when they are read.
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <string>

#include "guard/effects/files.hpp"
#include "guard/effects/places.hpp"
#include "guard/shell/path.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array<Place, 76> secrets{
    // the system's own
    "**/etc/shadow*", "**/etc/gshadow*", "/etc/master.passwd", "/etc/security/opasswd", "/etc/ssh/ssh_host_*",
    "/etc/krb5.keytab", "/tmp/krb5cc_*", "/etc/ssl/private/", "/etc/pki/tls/private/", "/proc/kcore",
    "/dev/mem", "/dev/kmem", "/var/lib/sss/secrets/", "/etc/ipsec.secrets", "/etc/ipsec.d/private/",
    "/etc/swanctl/private/", "/etc/wireguard/", "/etc/openvpn/server/", "/etc/ppp/chap-secrets",
    "/etc/ppp/pap-secrets", "/etc/NetworkManager/system-connections/", "/etc/wpa_supplicant/",
    "/var/lib/samba/private/", "/etc/samba/private/", "/var/lib/private/", "/etc/postfix/sasl_passwd*",
    "/etc/exim4/passwd.client", "/etc/dovecot/private/", "/etc/mysql/debian.cnf", "/etc/freeradius/",
    "/etc/bind/rndc.key", "/etc/rndc.key", "/var/lib/jenkins/secrets/", "/var/lib/jenkins/credentials.xml",
    "/etc/gitlab/gitlab-secrets.json", "/etc/borgmatic/", "/var/lib/rancher/k3s/server/token",
    "/etc/rancher/k3s/k3s.yaml", "/etc/rancher/rke2/rke2.yaml",
    // keys and tokens of people
    "~/.ssh/", "**/.ssh/id_*", "~/.gnupg/", "**/.aws/", "~/.azure/", "~/.config/gcloud/", "**/.kube/",
    "**/.docker/config.json", "**/.netrc", "**/.pgpass", "**/.my.cnf", "**/.mylogin.cnf",
    "**/.git-credentials", "**/.npmrc", "**/.pypirc", "~/.config/gh/", "~/.vault-token", "~/.config/rclone/",
    "~/.s3cfg", "~/.boto", "~/.password-store/", "~/.local/share/keyrings/", "~/.terraform.d/credentials*",
    "~/.m2/settings-security.xml", "~/.gem/credentials", "~/.cargo/credentials*", "~/.oci/",
    "~/.ansible/vault*", "~/.config/doctl/",
    // of containers and clusters
    "/run/secrets/", "/var/run/secrets/", "/etc/kubernetes/admin.conf", "/etc/kubernetes/super-admin.conf",
    "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/", "/etc/etcd/pki/", "/var/lib/kubelet/pki/"};

/// Names that are secret wherever they stand.
constexpr std::array<std::string_view, 20> secret_names{
    ".env",         "wp-config.php", "credentials.json", "secrets.yml",  "secrets.yaml",
    "secrets.json", "master.key",    "vault_pass",       ".vault_pass",  "vault-password",
    ".htpasswd",    "id_rsa",        "id_dsa",           "id_ecdsa",     "id_ed25519",
    "settings.php", "database.yml",  "auth.json",        "unattend.xml", "terraform.tfstate"};
constexpr std::array<std::string_view, 12> secret_endings{".key",        ".p12",    ".pfx",    ".jks",
                                                          ".kdbx",       ".keytab", ".ppk",    "-key.pem",
                                                          "privkey.pem", "_rsa",    ".gpgkey", ".pkcs12"};
/// Among secrets, what is public all the same.
constexpr std::array<std::string_view, 8> public_endings{
    ".pub", "/authorized_keys", "/authorized_keys2", "/known_hosts", "/known_hosts.old",
    ".crt", "/.ssh/config",     "/.aws/config"};

constexpr std::array<std::string_view, 12> histories{
    ".bash_history",  ".zsh_history",    ".sh_history",     ".history",
    ".mysql_history", ".psql_history",   ".python_history", ".rediscli_history",
    ".dbshell",       ".sqlite_history", ".lesshst",        ".node_repl_history"};

bool ends_with_any(std::string_view text, const auto& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

/// /proc/1234/environ and its kind.
bool is_process_memory(const Spot& spot) {
  return spot.text.starts_with("/proc/") && (spot.text.ends_with("/environ") || spot.text.ends_with("/mem"));
}

bool is_environment_file(std::string_view name) {
  constexpr std::array<std::string_view, 5> samples{"example", "sample", "dist", "template", "default"};
  if (name.ends_with(".env")) return true;
  return name.starts_with(".env.") && !ends_with_any(name, samples);
}

bool has_secret_name(std::string_view name) {
  return std::ranges::find(secret_names, name) != secret_names.end() || ends_with_any(name, secret_endings) ||
         is_environment_file(name);
}

/// Whether what lies at `place` lies below `tree`, as far as both are known.
bool lies_below(std::string_view place, const Field& tree) {
  const std::string_view above = tree.known_prefix();
  const bool everything = above == "/" || (above.empty() && tree.opaque());
  if (everything) return true;
  if (place.starts_with('~'))
    return above.starts_with('~') ? place.starts_with(above) : above == "/root" || above.starts_with("/home");
  return place.starts_with(above) &&
         (place.size() == above.size() || place[above.size()] == '/' || tree.opaque());
}

/// As may_lie_at_any(), but "/etc/*release" is not taken for a "/etc/shadow" of that ending.
bool may_be_secret(const Spot& spot) {
  constexpr std::array<std::string_view, 9> tails{"",        "-",         ".bak",        ".old", ".db",
                                                  "rsa_key", "ecdsa_key", "ed25519_key", "0"};
  const bool pattern = spot.field.glob() && !spot.field.opaque();
  return std::ranges::any_of(secrets, [&](Place place) {
    if (!pattern || !place.ends_with('*')) return may_lie_at(spot, place);
    place.remove_suffix(1);
    return std::ranges::any_of(
        tails, [&](std::string_view tail) { return may_lie_at(spot, std::string(place).append(tail)); });
  });
}

/// "**/etc/shadow*" as one path that it means: without signs.
std::string path_of(Place place) {
  std::string out(place);
  if (out.starts_with("**/.")) out.replace(0, 2, "~");
  if (out.starts_with("**")) out.erase(0, 2);
  while (out.ends_with('*') || out.ends_with('/')) out.pop_back();
  return out;
}

bool finds(const SearchedName& name, std::string_view path, bool open_end) {
  const std::string& pattern = name.pattern.text();
  const std::string candidate(name.whole_path ? path : path.substr(path.rfind('/') + 1));
  if (fnmatch(pattern.c_str(), candidate.c_str(), name.any_case ? FNM_CASEFOLD : 0) == 0) return true;
  // "ssh_host_rsa_key" of "ssh_host_*".
  return open_end && !name.whole_path && pattern.starts_with(candidate);
}

/// Every file in a directory, or ("**") below it: whether a secret is among them.
bool reads_secrets_among(const Field& word, const Field& directory) {
  const Field path = absolute(word, directory);
  const std::string_view text = path.text();
  const bool below = text.ends_with("/**");
  if (path.opaque() || (!below && !text.ends_with("/*")) || path.empty()) return false;
  if (text[0] != '/' && path.ink(0) != Field::Ink::home) return false;
  const Field tree = path.substr(0, std::max<std::size_t>(text.rfind('/'), 1));
  if (tree.glob()) return false;
  return std::ranges::any_of(secrets, [&](Place place) {
    const std::string one = path_of(place);
    const auto slash = one.rfind('/');
    const bool hidden = one[slash + 1] == '.';
    return below ? lies_below(one, tree)
                 : !place.ends_with('/') && !hidden &&
                       one.substr(0, std::max<std::size_t>(slash, 1)) == tree.text();
  });
}

}  // namespace

std::optional<Field> secret_found(const Field& start, const Field& directory, const SearchedName& name) {
  const std::string_view pattern = name.pattern.text();
  // "*.conf" says of what kind, not which.
  const bool kind = pattern.starts_with("*.") && !name.whole_path;
  const bool every = pattern.find_first_not_of("*?") == std::string_view::npos;
  if (has_secret_name(pattern.substr(pattern.rfind('/') + 1))) {
    Field found = start;
    if (!found.text().ends_with('/')) found.append('/', Field::Ink::plain);
    found.append("**", Field::Ink::glob);
    if (!pattern.starts_with('/')) found.append('/', Field::Ink::plain);
    found.append(pattern, Field::Ink::quoted);
    return found;
  }
  if (name.pattern.opaque() || kind || every) return std::nullopt;
  const Field tree = absolute(start, directory);
  const bool placed = !tree.empty() && (tree.text()[0] == '/' || tree.ink(0) == Field::Ink::home);
  if (!placed) return std::nullopt;
  for (const Place place : secrets) {
    const std::string path = path_of(place);
    if (!lies_below(path, tree) || !finds(name, path, place.ends_with('*'))) continue;
    return path.starts_with('~') ? home_path(std::string_view(path).substr(1)) : Field(path);
  }
  return std::nullopt;
}

Secrecy secrecy_of(const Field& word, const Field& directory) {
  const Spot spot(word, directory);
  const std::string_view name = spot.text.substr(spot.text.rfind('/') + 1);
  if (std::ranges::find(histories, name) != histories.end()) return Secrecy::personal;
  if (ends_with_any(spot.text, public_endings)) return Secrecy::open;
  // "*" of a whole directory: the directory decides, not what it may hold among others.
  const bool everything =
      (name == "*" || name == "**") && spot.known.ends_with('/') && !spot.known.contains("/.");
  if (has_secret_name(name) || is_process_memory(spot)) return Secrecy::secret;
  if (!everything && !spot.field.opaque()) return may_be_secret(spot) ? Secrecy::secret : Secrecy::open;
  // As far as it is known: what it may hold or become besides is no reason to ask about a read.
  const Spot tree(word.substr(0, everything ? word.size() - name.size() - 1 : word.known_prefix().size()),
                  directory);
  return may_lie_at_any(tree, secrets) ? Secrecy::secret : Secrecy::open;
}

bool reads_secret(const Field& word, const Field& directory) {
  return secrecy_of(word, directory) != Secrecy::open || reads_secrets_among(word, directory);
}

bool is_secret(const Field& word, const Field& directory) {
  return secrecy_of(word, directory) != Secrecy::open;
}

}  // namespace mcpssh::guard
