#include "cli/install/receipt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audit/sha256.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "cli/install/server_entry.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

constexpr std::size_t most_bytes = 1024 * 1024;
constexpr int version = 1;

base::json::object json_of(const Receipt& receipt) {
  base::json::object out{{"file", receipt.file},
                         {"container", receipt.container},
                         {"name", receipt.name},
                         {"entry", receipt.entry},
                         {"made_file", receipt.made_file},
                         {"made_container", receipt.made_container},
                         {"replaced", receipt.replaced},
                         {"made_directories", base::json::value_from(receipt.made_directories)},
                         {"before", receipt.before},
                         {"after", receipt.after}};
  if (receipt.earlier) out["earlier"] = *receipt.earlier;
  return out;
}

std::optional<Receipt> receipt_of(const base::json::value& value) {
  const auto* fields = value.if_object();
  if (fields == nullptr) return std::nullopt;
  Receipt out;
  for (const auto& [key, member] : {std::pair{"file", &out.file},
                                    {"container", &out.container},
                                    {"name", &out.name},
                                    {"before", &out.before},
                                    {"after", &out.after}}) {
    auto text = base::find_string(*fields, key);
    if (!text) return std::nullopt;
    *member = *std::move(text);
  }
  const auto* entry = base::find_object(*fields, "entry");
  if (entry == nullptr) return std::nullopt;
  out.entry = *entry;
  if (const auto* earlier = base::find_object(*fields, "earlier")) out.earlier = *earlier;
  if (const auto* list = fields->if_contains("made_directories"); list != nullptr && list->is_array())
    for (const auto& directory : list->get_array())
      if (directory.is_string()) out.made_directories.emplace_back(directory.get_string());
  const auto said = [&](std::string_view key) {
    const auto* flag = fields->if_contains(key);
    return flag != nullptr && flag->is_bool() && flag->get_bool();
  };
  out.made_file = said("made_file");
  out.made_container = said("made_container");
  out.replaced = said("replaced");
  return out;
}

std::vector<Receipt> receipts_of(std::string_view bytes, const fs::path& place) {
  const auto document = base::parse_json(bytes);
  const auto* list =
      document && document->is_object() ? document->get_object().if_contains("entries") : nullptr;
  const auto broken = [&] {
    return Error(ErrorCode::invalid_config, place.string() + " is broken",
                 "move it away; then entries that were installed are taken out by hand");
  };
  if (list == nullptr || !list->is_array()) throw broken();
  if (const auto* said = document->get_object().if_contains("version"); said == nullptr || *said != version)
    throw Error(ErrorCode::invalid_config, place.string() + " is of another version of mcp-ssh",
                "use that one");
  std::vector<Receipt> out;
  for (const auto& value : list->get_array()) {
    auto receipt = receipt_of(value);
    if (!receipt) throw broken();
    out.push_back(*std::move(receipt));
  }
  return out;
}

std::vector<Receipt> receipts_in(const fs::path& place) {
  std::error_code ignored;
  if (!fs::exists(place, ignored)) return {};
  return receipts_of(base::read_file(place, most_bytes), place);
}

}  // namespace

bool Receipt::about(const fs::path& path, const EntryPlace& place) const {
  return file == path.string() && container == place.container && name == place.name;
}

bool Receipt::knows(const base::json::value& found) const {
  return same_entry(found, entry) || (earlier && same_entry(found, *earlier));
}

fs::path backup_of(const fs::path& file, const EntryPlace& place) {
  audit::Sha256 digest;
  for (const std::string_view part :
       {std::string_view(file.native()), std::string_view(place.container), std::string_view(place.name)})
    digest.update(part).update(std::string_view("\0", 1));
  return base::state_directory() /
         fmt::format("before-{}-{}", digest.hex().substr(0, 16), file.filename().string().substr(0, 100));
}

Receipts::Receipts(Access access) : place_(base::state_directory() / "installed.json") {
  if (access == Access::change) lock_ = base::lock_beside(place_);
  all_ = receipts_in(place_);
}

const Receipt* Receipts::find(const fs::path& file, const EntryPlace& place) const {
  const auto found = std::ranges::find_if(all_, [&](const Receipt& one) { return one.about(file, place); });
  return found == all_.end() ? nullptr : &*found;
}

void Receipts::put(Receipt receipt) {
  const fs::path file = receipt.file;
  const EntryPlace place{FileFormat::json, receipt.container, receipt.name};
  std::erase_if(all_, [&](const Receipt& one) { return one.about(file, place); });
  all_.push_back(std::move(receipt));
  save();
}

void Receipts::drop(const fs::path& file, const EntryPlace& place) {
  const Receipt* found = find(file, place);
  if (found == nullptr) return;
  const Receipt gone = *found;
  std::erase_if(all_, [&](const Receipt& one) { return one.about(file, place); });
  const auto heir = std::ranges::find_if(
      all_, [&](const Receipt& one) { return one.file == gone.file && one.container == gone.container; });
  if (heir != all_.end()) {
    heir->made_file = heir->made_file || gone.made_file;
    heir->made_container = heir->made_container || gone.made_container;
    if (heir->made_directories.empty()) heir->made_directories = gone.made_directories;
  }
  save();
}

void Receipts::save() const {
  if (!lock_) throw Error(ErrorCode::internal, "receipts are written without their lock");
  base::json::array entries;
  for (const auto& receipt : all_) entries.push_back(json_of(receipt));
  const std::string bytes =
      base::json::serialize(base::json::object{{"version", version}, {"entries", std::move(entries)}}) + "\n";
  if (bytes.size() > most_bytes)
    throw Error(ErrorCode::limit_reached, place_.string() + " would be longer than it may be");
  receipts_of(bytes, place_);  // what could not be read again must not take the place of what can
  base::replace_file(place_, bytes);
}

}  // namespace mcpssh::cli
