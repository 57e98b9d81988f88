// Files that give away passwords, private keys and credentials when they are read.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/effects/places.hpp"

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

}  // namespace

Secrecy secrecy_of(const Field& word, const Field& directory) {
  const Spot spot(word, directory);
  const std::string_view name = spot.text.substr(spot.text.rfind('/') + 1);
  if (std::ranges::find(histories, name) != histories.end()) return Secrecy::personal;
  if (ends_with_any(spot.text, public_endings)) return Secrecy::open;
  // "*" of a whole directory: the directory decides, not what it may hold among others.
  const bool everything = name == "*" && spot.known.ends_with('/') && !spot.known.contains("/.");
  const bool by_name = std::ranges::find(secret_names, name) != secret_names.end() ||
                       ends_with_any(name, secret_endings) || is_environment_file(name);
  if (by_name || is_process_memory(spot)) return Secrecy::secret;
  if (!everything && !spot.field.opaque())
    return may_lie_at_any(spot, secrets) ? Secrecy::secret : Secrecy::open;
  // As far as it is known: what it may hold or become besides is no reason to ask about a read.
  const Spot tree(word.substr(0, everything ? word.size() - 2 : word.known_prefix().size()), directory);
  return may_lie_at_any(tree, secrets) ? Secrecy::secret : Secrecy::open;
}

bool is_secret(const Field& word, const Field& directory) {
  return secrecy_of(word, directory) != Secrecy::open;
}

}  // namespace mcpssh::guard
