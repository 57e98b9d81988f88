#include "ssh/trust/algorithms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iterator>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "ssh/session/wire.hpp"

namespace mcpssh::ssh::algorithms {
namespace {
using base::Error;
using base::ErrorCode;
using base::Fault;
using Names = std::vector<std::string>;

struct KeyType {
  std::string_view type;
  std::string_view signatures;
};
constexpr std::array<KeyType, 5> key_types{{
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
}};

/// What equipment of the years before 2015 speaks and libssh still can. Debian's libssh has no DSA.
constexpr const char* old_key_exchange =
    "diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1";
constexpr const char* old_ciphers = "aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc";
constexpr const char* old_macs = "hmac-sha1-etm@openssh.com,hmac-sha1";
constexpr const char* old_keys = "ssh-rsa";

/// Beyond the modern and the old ones, named one by one only.
constexpr const char* other_key_exchange = "diffie-hellman-group18-sha512";
constexpr const char* other_user_keys =
    "ssh-rsa-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com";

/// One of the lists that are negotiated.
struct Kind {
  const char* setting;     ///< in hosts.yaml
  const char* in_libssh;   ///< how its error text names it
  const char* in_message;  ///< how we name it
  std::string modern, old, other;
};

std::string modern_host_keys() {
  Names names;
  for (const auto& each : key_types) names.emplace_back(each.signatures);
  return base::join(names, ",");
}

const std::array<Kind, 5>& kinds() {
  static const std::array<Kind, 5> all{{
      {"kex", "kex algos", "key exchange", key_exchange, old_key_exchange, other_key_exchange},
      {"ciphers", "encryption ", "cipher", ciphers, old_ciphers, ""},
      {"macs", "mac algo ", "MAC", macs, old_macs, ""},
      {"host_keys", "server host key algo", "host key", modern_host_keys(), old_keys, ""},
      {"user_keys", "", "user key", user_keys, old_keys, other_user_keys},
  }};
  return all;
}

bool listed(std::string_view list, std::string_view name) {
  return std::ranges::count(base::split(list, ','), name) > 0;
}

void append(std::string& list, std::string_view names) {
  for (const auto name : base::split(names, ','))
    if (!name.empty() && !listed(list, name)) list.append(list.empty() ? "" : ",").append(name);
}

void append_named(std::string& list, const Names& names, const Kind& kind) {
  for (const auto& name : names) {
    if (!listed(kind.modern, name) && !listed(kind.old, name) && !listed(kind.other, name))
      throw Error(
          Fault::config_value,
          fmt::format("algorithms.{}: this program cannot do '{}'", kind.setting, base::printable(name)),
          fmt::format("use some of {}", base::join(std::array{kind.old, kind.modern}, ",")));
    append(list, name);
  }
}

const KeyType* find(std::string_view type) {
  const auto found = std::ranges::find(key_types, type, &KeyType::type);
  return found == key_types.end() ? nullptr : &*found;
}

/// A key on record that the host can show only with an old signature must still come before other keys.
std::string ordered_host_keys(std::span<const std::string> on_record, const std::string& allowed) {
  std::string order;
  for (const auto& type : on_record) {
    if (const auto* known = find(type)) append(order, known->signatures);
    if (listed(allowed, type)) append(order, type);
  }
  append(order, allowed);
  return order;
}

}  // namespace

Offer offer(const Algorithms& extra, std::span<const std::string> on_record) {
  const auto with = [&extra](const Kind& kind, const Names& named) {
    std::string list = kind.modern;
    if (extra.legacy) append(list, kind.old);
    append_named(list, named, kind);
    return list;
  };
  const auto& [kex, cipher, mac, host_key, user_key] = kinds();
  Offer made;
  made.key_exchange = with(kex, extra.key_exchange);
  made.ciphers = with(cipher, extra.ciphers);
  made.macs = with(mac, extra.macs);
  made.host_keys = ordered_host_keys(on_record, with(host_key, extra.host_keys));
  made.user_keys = with(user_key, extra.user_keys);
  return made;
}

Offer offer_for_type(const Algorithms& extra, std::string_view type) {
  const auto* known = find(type);
  if (known == nullptr) {
    Names names;
    for (const auto& each : key_types) names.emplace_back(each.type);
    throw Error(ErrorCode::invalid_argument, "no host key type '" + base::printable(type) + "'",
                "use one of " + base::join(names, ", "));
  }
  Offer made = offer(extra, {});
  const bool old_too = listed(made.host_keys, known->type);
  made.host_keys = known->signatures;
  if (old_too) append(made.host_keys, known->type);
  return made;
}

Names weak_among(std::span<const std::string> names) {
  Names weak;
  for (const auto& name : names) {
    const auto is_modern = [&name](const Kind& kind) { return listed(kind.modern, name); };
    const bool implied = name.empty() || name.starts_with("aead-");  // the MAC of an AEAD cipher
    if (!implied && std::ranges::none_of(kinds(), is_modern)) weak.push_back(name);
  }
  return weak;
}

Mismatch explain(std::string_view why, const Algorithms& extra) {
  constexpr std::string_view begin = "no match for method ", server = ": server [";
  const auto at = why.find(begin);
  const auto list_at = why.find(server);
  if (at == why.npos || list_at == why.npos || list_at < at) return {std::string(why), {}};
  const auto method = why.substr(at + begin.size(), list_at - at - begin.size());
  const auto rest = why.substr(list_at + server.size());
  const auto offered = rest.substr(0, rest.find(']'));
  const auto kind = std::ranges::find_if(kinds(), [method](const Kind& each) {
    return *each.in_libssh != '\0' && method.starts_with(each.in_libssh);
  });
  if (kind == kinds().end()) return {std::string(why), {}};

  Mismatch said;
  said.cause = fmt::format("no {} algorithm in common: the host offers {}", kind->in_message,
                           offered.empty() ? "none" : offered);
  Names old, other;
  for (const auto name : base::split(offered, ',')) {
    if (listed(kind->old, name)) old.emplace_back(name);
    if (listed(kind->other, name)) other.emplace_back(name);
  }
  if (!old.empty() && !extra.legacy)
    said.next_move = fmt::format("`algorithms: legacy` for this host would allow {}; better renew the host",
                                 base::join(old, ", "));
  else if (!other.empty())
    said.next_move =
        fmt::format("add `{}: [{}]` to this host's `algorithms`", kind->setting, base::join(other, ", "));
  else
    said.next_move =
        "this program can do none of them, so the host's SSH server must be renewed or reconfigured";
  return said;
}

namespace {

/// The first of ours that is also theirs, in both directions.
std::string first_common(const Names& ours, const Names& to_host, const Names& from_host) {
  const auto both = [&](const std::string& name) {
    return std::ranges::find(to_host, name) != to_host.end() &&
           std::ranges::find(from_host, name) != from_host.end();
  };
  const auto found = std::ranges::find_if(ours, both);
  return found == ours.end() ? std::string() : *found;
}

Names names_in(const std::string& list) {
  Names names;
  for (const auto name : base::split(list, ',')) names.emplace_back(name);
  return names;
}

Agreement agree_on(const Kind& kind, const std::string& offered, const Names& to_host,
                   const Names& from_host) {
  Agreement made;
  made.kind = kind.in_message;
  made.setting = kind.setting;
  made.ours = names_in(offered);
  made.theirs = to_host;
  made.chosen = first_common(made.ours, to_host, from_host);
  const auto in_both = [&](const std::string& name) {
    return !listed(offered, name) && !first_common({name}, to_host, from_host).empty();
  };
  for (const auto& list : {kind.other, kind.old})
    for (auto& name : names_in(list))
      if (in_both(name)) made.could_add.push_back(std::move(name));
  return made;
}

/// Names in the list that only say what a server can do beside (RFC 8308, OpenSSH's PROTOCOL).
bool is_method(const std::string& name) {
  return !name.starts_with("ext-info-") && !name.starts_with("kex-strict-");
}

/// Such a cipher authenticates what it encrypts.
bool has_own_mac(std::string_view cipher) {
  return cipher.contains("-gcm") || cipher.starts_with("chacha20-poly1305");
}

}  // namespace

std::vector<Agreement> agree(const Algorithms& extra, const KeyExchangeInit& theirs) {
  const Offer ours = offer(extra, {});
  const auto& [kex, cipher, mac, host_key, user_key] = kinds();
  std::vector<Agreement> all;
  Names methods;
  std::ranges::copy_if(theirs.key_exchange, std::back_inserter(methods), is_method);
  all.push_back(agree_on(kex, ours.key_exchange, methods, methods));
  all.push_back(agree_on(host_key, ours.host_keys, theirs.host_keys, theirs.host_keys));
  all.push_back(agree_on(cipher, ours.ciphers, theirs.ciphers_to_host, theirs.ciphers_from_host));
  const std::string chosen_cipher = all.back().chosen;
  all.push_back(agree_on(mac, ours.macs, theirs.macs_to_host, theirs.macs_from_host));
  if (has_own_mac(chosen_cipher)) all.back().chosen = "aead-" + chosen_cipher;
  return all;
}

unsigned min_rsa_bits(const Algorithms& extra) {
  return extra.legacy ? 768 : 2048;
}

unsigned rsa_bits(std::string_view base64) {
  const auto blob = base::from_base64(base64);
  if (!blob) return 0;
  std::string_view rest(reinterpret_cast<const char*>(blob->data()), blob->size());
  const auto type = wire::take_string(rest);
  const auto exponent = type == "ssh-rsa" ? wire::take_string(rest) : std::nullopt;
  auto modulus = exponent ? wire::take_string(rest) : std::nullopt;
  if (!modulus) return 0;
  modulus->remove_prefix(std::min(modulus->find_first_not_of('\0'), modulus->size()));
  if (modulus->empty()) return 0;
  const auto top = static_cast<unsigned char>(modulus->front());
  return static_cast<unsigned>((modulus->size() - 1) * 8 + static_cast<unsigned>(std::bit_width(top)));
}

}  // namespace mcpssh::ssh::algorithms
