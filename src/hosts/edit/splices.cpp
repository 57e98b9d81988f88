#include "hosts/edit/splices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/edit/yaml_change.hpp"
#include "hosts/edit/yaml_spots.hpp"
#include "hosts/edit/yaml_text.hpp"
#include "hosts/edit/yaml_write.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::Fault;
using Kind = YamlSpot::Kind;

bool in_blocks(const YamlNode& value) {
  return !fits_on_a_line(value);
}

class Splicer {
 public:
  Splicer(std::string_view text, const std::string& file, const YamlEdit& edit)
      : bytes_(text), text_(text), file_(file), edit_(edit), root_(locate_yaml(text, file)) {
    follow_path();
  }

  std::vector<Splice> run() {
    switch (edit_.kind) {
      case YamlEdit::Kind::add:
      case YamlEdit::Kind::set:
        put(edit_.value);
        break;
      case YamlEdit::Kind::extend:
        extend();
        break;
      case YamlEdit::Kind::append:
        append();
        break;
      case YamlEdit::Kind::remove:
        remove();
        break;
      case YamlEdit::Kind::rename:
        rename();
        break;
    }
    return std::move(splices_);
  }

 private:
  /// A value on the way, and where the text that may belong to it ends.
  struct Stop {
    const YamlSpot* spot;
    std::size_t limit;
  };

  [[noreturn]] void refuse(std::size_t at, std::string_view why) const {
    const auto line = 1 + std::ranges::count(bytes_.substr(0, std::min(at, bytes_.size())), '\n');
    throw Error(Fault::edit_impossible,
                fmt::format("{}:{}: {} cannot be changed by this program: {}", file_, line,
                            path_text(edit_.path), why),
                "change the file in an editor");
  }

  void follow_path() {
    const std::size_t begin = root_.begin == YamlSpot::nowhere ? 0 : root_.begin;
    way_.push_back({&root_, text_.document_end(begin)});
    for (const auto& key : edit_.path) {
      const Stop at = way_.back();
      if (at.spot->kind == Kind::alias) refuse(at.spot->begin, "it stands behind an alias (`*name`)");
      const YamlSpot* child = at.spot->find(key);
      if (child == nullptr) return;
      const auto index = static_cast<std::size_t>(child - at.spot->items.data());
      const bool last = index + 1 == at.spot->items.size();
      way_.push_back(
          {child, last || at.spot->flow ? at.limit : text_.line_begin(at.spot->items[index + 1].key_begin)});
    }
  }

  [[nodiscard]] std::size_t found() const { return way_.size() - 1; }
  [[nodiscard]] bool complete() const { return found() == edit_.path.size(); }

  std::size_t need_first_on_line(const YamlSpot& entry) const {
    if (entry.key_begin == YamlSpot::nowhere || !text_.first_on_line(entry.key_begin))
      refuse(entry.key_begin, "its key does not begin a line");
    return text_.indentation(entry.key_begin);
  }

  [[nodiscard]] YamlLayout layout(std::size_t indent) const { return {indent, step(), text_.line_break()}; }

  /// How much deeper the file puts what is below a key.
  [[nodiscard]] std::size_t step() const {
    const YamlSpot* block = &root_;
    while (block->kind == Kind::mapping && !block->flow && !block->items.empty()) {
      const YamlSpot& below = block->items.front();
      if (below.kind == Kind::mapping && !below.flow && !below.items.empty()) {
        const std::size_t inner = text_.indentation(below.items.front().key_begin);
        const std::size_t outer = text_.indentation(below.key_begin);
        if (inner > outer && inner - outer <= 8) return inner - outer;
      }
      block = &below;
    }
    return 2;
  }

  void replace(std::size_t begin, std::size_t end, std::string with) {
    splices_.push_back({begin, end, std::move(with)});
  }

  /// Whole lines at `at`, also where the last line of the file has no line break.
  void insert_lines(std::size_t at, std::size_t end, std::string lines) {
    const std::string_view line_break = text_.line_break();
    const bool open_end = at > 0 && bytes_[at - 1] != '\n';
    const bool cut_end = end == bytes_.size() && end > at && bytes_[end - 1] != '\n';
    if ((open_end || cut_end) && lines.ends_with(line_break)) lines.resize(lines.size() - line_break.size());
    replace(at, end, open_end ? std::string(line_break) + lines : lines);
  }

  /// `edit_.path` behind the first `depth` keys as nested mappings around `value`.
  [[nodiscard]] YamlNode nested(std::size_t depth, YamlNode value) const {
    for (std::size_t i = edit_.path.size(); i > depth; --i)
      value = yaml_mapping({{edit_.path[i - 1], std::move(value)}});
    return value;
  }

  void put(const YamlNode& value) {
    if (complete()) return replace_value(found(), value);
    const YamlSpot& container = *way_.back().spot;
    if (container.kind == Kind::alias) refuse(container.begin, "it stands behind an alias (`*name`)");
    if (container.kind == Kind::mapping) return insert_entry(value);
    if (container.kind != Kind::null) refuse(container.begin, "what stands above it is no mapping");
    if (found() > 0) return replace_value(found(), nested(found(), value));
    insert_lines(bytes_.size(), bytes_.size(), written_block(nested(0, value), layout(0)));
  }

  /// A new key of the innermost mapping that is there, with `value` at the end of the path.
  void insert_entry(const YamlNode& value) {
    const YamlSpot& container = *way_.back().spot;
    const std::string& key = edit_.path[found()];
    const YamlNode whole = nested(found() + 1, value);
    if (!container.flow) return insert_block_entries(yaml_mapping({{key, whole}}));
    const bool in_block = found() > 0 && !way_[found() - 1].spot->flow;
    if (container.items.empty() && in_block) return replace_value(found(), nested(found(), value));
    insert_flow_entries(yaml_mapping({{key, whole}}));
  }

  void extend() {
    const YamlSpot& spot = *way_.back().spot;
    if (!complete() || spot.kind != Kind::mapping || spot.items.empty()) return put(edit_.value);
    return spot.flow ? insert_flow_entries(edit_.value) : insert_block_entries(edit_.value);
  }

  void insert_flow_entries(const YamlNode& entries) {
    const YamlSpot& container = *way_.back().spot;
    std::string text = written_flow(entries);
    text = text.substr(1, text.size() - 2);  // without its braces
    if (!container.items.empty()) {
      const std::size_t end = text_.flow_item_end(container.items.back().key_begin);
      return replace(end, end, ", " + text);
    }
    const std::size_t end = text_.flow_end(container.begin);
    if (end == YamlSpot::nowhere) refuse(container.begin, "its braces do not close");
    replace(end - 1, end - 1, text);
  }

  /// Spaced as the last ones that are there.
  void insert_block_entries(const YamlNode& entries) {
    const auto [container, limit] = way_.back();
    const std::size_t indent = need_first_on_line(container->items.front());
    const std::size_t last = container->items.back().key_begin;
    need_first_on_line(container->items.back());
    const bool spaced = container->items.size() > 1 && blank_above(last);
    std::string lines;
    for (const YamlNode& entry : entries.items) {
      if (spaced && in_blocks(entry)) lines += text_.line_break();
      lines += written_entry(entry.key, entry, layout(indent));
    }
    const std::size_t at = text_.entry_end(last, limit);
    insert_lines(at, at, std::move(lines));
  }

  /// Above the line of `key` and the comments over it.
  [[nodiscard]] bool blank_above(std::size_t key) const {
    std::size_t line = text_.line_begin(key);
    while (line > 0) {
      line = text_.line_begin(line - 1);
      if (text_.blank_line(line)) return true;
      if (bytes_[text_.skip_blanks(line)] != '#') return false;
    }
    return false;
  }

  void replace_value(std::size_t depth, const YamlNode& value) {
    const YamlSpot& spot = *way_[depth].spot;
    if (way_[depth - 1].spot->flow) return replace_in_flow(spot, value);
    need_first_on_line(spot);
    const std::size_t colon = text_.after_colon(spot.key_begin);
    if (colon == YamlSpot::nowhere) refuse(spot.key_begin, "its key is written in an unusual way");
    const std::size_t end = text_.entry_end(spot.key_begin, way_[depth].limit);
    const bool bare = text_.only_comment_follows(colon);
    if (bare && spot.kind == Kind::null) return fill(colon, end, spot, value);
    if (bare) return replace_below(colon, end, spot, value);
    replace_beside(colon, end, spot, value);
  }

  [[nodiscard]] std::string lines_below(const YamlSpot& spot, const YamlNode& value) const {
    return written_block(value, layout(text_.indentation(spot.key_begin) + step()));
  }

  /// The key has no value yet.
  void fill(std::size_t colon, std::size_t end, const YamlSpot& spot, const YamlNode& value) {
    if (in_blocks(value)) return insert_lines(end, end, lines_below(spot, value));
    replace(colon, colon, " " + written_flow(value));
  }

  /// The value stands on the lines below its key.
  void replace_below(std::size_t colon, std::size_t end, const YamlSpot& spot, const YamlNode& value) {
    const std::size_t below = text_.line_end(colon);
    if (in_blocks(value)) return insert_lines(below, end, lines_below(spot, value));
    replace(colon, colon, " " + written_flow(value));
    replace(below, end, "");
  }

  /// The value begins on its key's line.
  void replace_beside(std::size_t colon, std::size_t end, const YamlSpot& spot, const YamlNode& value) {
    YamlSpot old = spot;
    old.begin = text_.skip_blanks(colon);  // an explicit null has the mark of what follows
    if (old.kind == Kind::null) old.kind = Kind::scalar;
    const std::size_t value_end = text_.inline_end(old);
    const bool whole = value_end != YamlSpot::nowhere && text_.only_comment_follows(value_end) &&
                       only_comments(text_.line_end(value_end), end);
    if (whole && spot.flow && spot.items.empty() && in_blocks(value)) {
      replace(colon, value_end, "");
      return insert_lines(text_.line_end(value_end), text_.line_end(value_end), lines_below(spot, value));
    }
    if (whole) return replace(old.begin, value_end, written_flow(value));
    std::size_t last = end;
    if (last > colon && bytes_[last - 1] == '\n') --last;
    if (last > colon && bytes_[last - 1] == '\r') --last;
    replace(colon, last, " " + written_flow(value));
  }

  [[nodiscard]] bool only_comments(std::size_t from, std::size_t end) const {
    for (std::size_t line = from; line < end; line = text_.line_end(line))
      if (!text_.blank_line(line) && bytes_[text_.skip_blanks(line)] != '#') return false;
    return true;
  }

  void replace_in_flow(const YamlSpot& spot, const YamlNode& value) {
    const std::size_t end = text_.flow_item_end(spot.key_begin);
    if (spot.kind != Kind::null) return replace(spot.begin, end, written_flow(value));
    const std::size_t colon = text_.after_colon(spot.key_begin);
    const std::size_t key_end = text_.key_end(spot.key_begin);
    if (colon == YamlSpot::nowhere) return replace(key_end, key_end, ": " + written_flow(value));
    replace(colon, std::max(colon, end), " " + written_flow(value));
  }

  void append() {
    YamlNode list;
    list.kind = YamlNode::Kind::sequence;
    list.items.push_back(edit_.value);
    const YamlSpot& spot = *way_.back().spot;
    if (!complete() || spot.kind == Kind::null) return put(list);
    if (spot.kind == Kind::alias) refuse(spot.begin, "it is an alias (`*name`)");
    if (spot.kind != Kind::sequence) refuse(spot.begin, "it is not a list");
    if (!spot.flow) return append_to_block(spot, list);
    if (spot.items.empty()) {
      const std::size_t end = text_.flow_end(spot.begin);
      if (end == YamlSpot::nowhere) refuse(spot.begin, "its brackets do not close");
      return replace(end - 1, end - 1, written_flow(edit_.value));
    }
    const YamlSpot& last = spot.items.back();
    const std::size_t end =
        text_.flow_item_end(last.key_begin == YamlSpot::nowhere ? last.begin : last.key_begin);
    replace(end, end, ", " + written_flow(edit_.value));
  }

  void append_to_block(const YamlSpot& spot, const YamlNode& list) {
    const std::size_t first = spot.items.front().begin;
    const std::size_t dash = text_.line_begin(first) + text_.indentation(first);
    if (dash >= bytes_.size() || bytes_[dash] != '-' || text_.skip_blanks(dash + 1) != first)
      refuse(first, "its first item is written in an unusual way");
    need_first_on_line(spot);
    const std::size_t end = text_.entry_end(spot.key_begin, way_.back().limit);
    insert_lines(end, end, written_block(list, layout(text_.indentation(first))));
  }

  void remove() {
    if (!complete())
      refuse(way_.back().spot->begin, "it comes from a merge (`<<`), or from where an alias leads");
    const YamlSpot& container = *way_[found() - 1].spot;
    const YamlSpot& spot = *way_.back().spot;
    if (container.flow) return remove_from_flow(container, spot);
    need_first_on_line(spot);
    replace(text_.line_begin(spot.key_begin), text_.entry_end(spot.key_begin, way_.back().limit), "");
  }

  void remove_from_flow(const YamlSpot& container, const YamlSpot& spot) {
    const auto index = static_cast<std::size_t>(&spot - container.items.data());
    const std::size_t end = text_.flow_item_end(spot.key_begin);
    if (index + 1 < container.items.size())
      replace(spot.key_begin, container.items[index + 1].key_begin, "");
    else if (index > 0)
      replace(text_.flow_item_end(container.items[index - 1].key_begin), end, "");
    else
      replace(spot.key_begin, end, "");
  }

  void rename() {
    if (!complete()) refuse(way_.back().spot->begin, "it comes from a merge (`<<`)");
    const std::size_t begin = way_.back().spot->key_begin;
    replace(begin, text_.key_end(begin), written_scalar(edit_.name));
  }

  std::string_view bytes_;
  YamlText text_;
  const std::string& file_;
  const YamlEdit& edit_;
  YamlSpot root_;
  std::vector<Stop> way_;
  std::vector<Splice> splices_;
};

}  // namespace

std::vector<Splice> splices_of(std::string_view text, const std::string& file, const YamlEdit& edit) {
  return Splicer(text, file, edit).run();
}

std::string spliced(std::string_view text, const std::vector<Splice>& splices) {
  // What is put in at one place stays as it was given, before what is replaced there.
  std::multimap<std::pair<std::size_t, std::size_t>, const Splice*> in_order;
  for (const Splice& splice : splices) in_order.emplace(std::pair(splice.begin, splice.end), &splice);
  std::string out;
  std::size_t at = 0;
  for (const auto& [place, splice] : in_order) {
    out += text.substr(at, splice->begin - at);
    out += splice->text;
    at = splice->end;
  }
  return out += text.substr(at);
}

}  // namespace mcpssh::hosts
