#include "hosts/edit/yaml_edit.hpp"

#include <fmt/format.h>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/edit/splices.hpp"
#include "hosts/edit/yaml_change.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// yaml-cpp and the editor would not count the same lines.
void refuse_lone_returns(std::string_view text, const std::string& file) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))
      throw Error(Fault::edit_impossible, fmt::format("{}: a line ends with a carriage return alone", file),
                  "save the file with line breaks of UNIX or Windows");
}

/// A removal takes mappings with it that would be left empty; which, the tree with merges applied says.
YamlEdit with_empty_parents(const YamlNode& tree, YamlEdit edit) {
  if (edit.kind != YamlEdit::Kind::remove) return edit;
  const auto items_at = [&](std::size_t depth) {
    const YamlNode* at = &tree;
    for (std::size_t i = 0; i < depth && at != nullptr; ++i) at = at->find(edit.path[i]);
    return at == nullptr ? std::size_t{0} : at->items.size();
  };
  edit.path.resize(removed_depth(edit.path, items_at));
  return edit;
}

std::string edited(std::string_view text, const std::string& file, const YamlEdit& edit) {
  if (edit.path.empty()) throw Error(ErrorCode::internal, "an edit of hosts.yaml names no key");
  const bool marked = text.starts_with(byte_order_mark);
  const std::string_view plain = marked ? text.substr(byte_order_mark.size()) : text;
  refuse_lone_returns(plain, file);
  const YamlNode before = read_yaml(plain, file);
  const YamlEdit real = with_empty_parents(before, edit);
  const YamlNode wanted = changed_tree(before, real, file);
  const std::string after = spliced(plain, splices_of(plain, file, real));
  const auto unsafe = [&](std::string_view why) {
    return Error(Fault::edit_impossible,
                 fmt::format("{}: {} cannot be changed by this program: {}", file, path_text(edit.path), why),
                 "change the file in an editor");
  };
  YamlNode reread;
  try {
    reread = read_yaml(after, file);
  } catch (const Error& error) {
    throw unsafe(fmt::format("the file would no longer be YAML ({})", error.cause()));
  }
  if (const auto where = first_difference(wanted, reread))
    throw unsafe(
        fmt::format("it is written so that {} would not come out right (anchors, aliases, merges, or "
                    "an unusual way to write it)",
                    where->empty() ? "the whole" : *where));
  return (marked ? std::string(byte_order_mark) : std::string()) + after;
}

}  // namespace

std::expected<std::string, Error> edit_yaml(std::string_view text, const std::string& file,
                                            const YamlEdit& edit) {
  try {
    return edited(text, file, edit);
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

}  // namespace mcpssh::hosts
