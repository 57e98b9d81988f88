#include "gateway/diagnosis.hpp"

#include "gateway/json_fields.hpp"

namespace mcpssh::gateway {
namespace {

using base::json::object;

std::vector<std::string> texts(const object& from, std::string_view key) {
  std::vector<std::string> all;
  if (const auto* list = from.if_contains(key); list != nullptr && list->is_array())
    for (const auto& each : list->get_array())
      if (each.is_string()) all.emplace_back(each.get_string());
  return all;
}

/// The members of the list `key` that are objects.
std::vector<const object*> objects(const object& from, std::string_view key) {
  std::vector<const object*> all;
  if (const auto* list = from.if_contains(key); list != nullptr && list->is_array())
    for (const auto& each : list->get_array())
      if (const auto* fields = each.if_object()) all.push_back(fields);
  return all;
}

}  // namespace

object to_json(const Diagnosis& diagnosis) {
  base::json::array addresses, agreements;
  for (const auto& each : diagnosis.addresses)
    addresses.push_back(
        object{{"address", each.address}, {"failure", each.failure}, {"took_us", each.took.count()}});
  for (const auto& each : diagnosis.agreements)
    agreements.push_back(object{{"kind", each.kind},
                                {"setting", each.setting},
                                {"ours", base::json::value_from(each.ours)},
                                {"theirs", base::json::value_from(each.theirs)},
                                {"chosen", each.chosen},
                                {"could_add", base::json::value_from(each.could_add)}});
  object out;
  out["addresses"] = std::move(addresses);
  out["server_version"] = diagnosis.server_version;
  out["greeting_failure"] = diagnosis.greeting_failure;
  out["agreements"] = std::move(agreements);
  out["strict_key_exchange"] = diagnosis.strict_key_exchange;
  out["sftp_version"] = diagnosis.sftp_version;
  return out;
}

Diagnosis diagnosis_from(const object& from) {
  Diagnosis read;
  for (const object* each : objects(from, "addresses"))
    read.addresses.push_back({text(*each, "address"), text(*each, "failure"),
                              std::chrono::microseconds(number<std::int64_t>(*each, "took_us"))});
  for (const object* each : objects(from, "agreements"))
    read.agreements.push_back({text(*each, "kind"), text(*each, "setting"), texts(*each, "ours"),
                               texts(*each, "theirs"), text(*each, "chosen"), texts(*each, "could_add")});
  read.server_version = text(from, "server_version");
  read.greeting_failure = text(from, "greeting_failure");
  const auto* strict = from.if_contains("strict_key_exchange");
  read.strict_key_exchange = strict != nullptr && strict->is_bool() && strict->get_bool();
  read.sftp_version = number<std::uint32_t>(from, "sftp_version");
  return read;
}

}  // namespace mcpssh::gateway
