#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace mcpssh::gateway {

/// One address of a host, and whether it takes a connection.
struct AddressNote {
  std::string address;  ///< "192.0.2.1:22"
  std::string failure;  ///< empty: it does
  std::chrono::microseconds took{};
  bool operator==(const AddressNote&) const = default;
};

/// One list of the key exchange, and what both sides would agree on.
struct AgreementNote {
  std::string kind;     ///< "key exchange", "host key", "cipher", "MAC"
  std::string setting;  ///< its key under `algorithms` in hosts.yaml
  std::vector<std::string> ours, theirs;
  std::string chosen;                  ///< empty: nothing in common
  std::vector<std::string> could_add;  ///< of theirs: what this program can do but does not offer
  bool operator==(const AgreementNote&) const = default;
};

/// What a Diagnose found. A value; all texts are cleaned.
struct Diagnosis {
  // Of the network
  std::vector<AddressNote> addresses;  ///< in the order they would be tried
  std::string server_version;          ///< as the host introduced itself; empty: it did not
  std::string greeting_failure;        ///< why there are no agreements; empty: there are
  std::vector<AgreementNote> agreements;
  bool strict_key_exchange = false;  ///< the host can do the countermeasure to Terrapin
  // Of sftp
  std::uint32_t sftp_version = 0;
  bool operator==(const Diagnosis&) const = default;
};

base::json::object to_json(const Diagnosis& diagnosis);
/// What is missing is empty.
Diagnosis diagnosis_from(const base::json::object& object);

}  // namespace mcpssh::gateway
