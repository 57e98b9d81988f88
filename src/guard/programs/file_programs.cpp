// Programs that make, change and remove files. Owners and modes: permission_programs.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

void judge_rm(const Call& call) {
  constexpr OptionTable table{
      "fiIrRdvPWx", "",
      "force interactive one-file-system no-preserve-root preserve-root recursive dir verbose help version",
      ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const bool recursive = has_any(options, "r R recursive") || options.unknown;
  removes_all(call, options.operands, recursive);
  if (options.unknown)
    call.does("fs.remove-unknown",
              fmt::format("{} with the option {}", call.name, base::printable(*options.unknown, 40)));
}

/// rmdir takes empty directories only, so nothing is lost but below a system tree.
void judge_rmdir(const Call& call) {
  constexpr OptionTable table{"pv", "", "ignore-fail-on-non-empty parents verbose help version", ""};
  if (call.only_help()) return;
  for (const Field& operand : options_of(call, table).operands) writes_file(call, operand, Writing::change);
}

void judge_shred(const Call& call) {
  constexpr OptionTable table{"fuvxz", "ns", "force verbose exact zero help version remove",
                              "iterations size random-source"};
  if (call.only_help()) return;
  for (const Field& operand : options_of(call, table).operands) {
    if (reach_of(operand, call.directory) == Reach::device)
      writes_file(call, operand, Writing::replace);
    else
      removes_file(call, operand, false);
  }
}

void judge_truncate(const Call& call) {
  constexpr OptionTable table{"co", "sr", "no-create io-blocks help version", "size reference"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  const Field* size = options.find("s");
  if (size == nullptr) size = options.find("size");
  const bool grows = size != nullptr && size->known_prefix().starts_with('+');
  writes_all(call, options.operands, grows ? Writing::change : Writing::replace);
}

void judge_fallocate(const Call& call) {
  constexpr OptionTable table{
      "cdinpvxzV", "lo",
      "collapse-range dig-holes insert-range keep-size punch-hole zero-range posix verbose", "length offset"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  const bool cuts = has_any(options, "c p z collapse-range punch-hole zero-range");
  for (const Field& file : options.operands) {
    if (cuts)
      call.does("fs.truncate-state",
                fmt::format("fallocate cuts data out of {}", base::printable(file.text(), 60)));
    writes_file(call, file, Writing::change);
  }
}

constexpr OptionTable copier{
    "abdfgiHlLnNPpqRrsuvxTZDWcCU", "tSmog",
    "archive attributes-only backup copy-contents no-dereference dereference force interactive link "
    "no-clobber "
    "no-target-directory one-file-system parents preserve no-preserve recursive remove-destination "
    "strip-trailing-slashes strip sparse reflink symbolic-link update verbose context help version debug "
    "compare "
    "preserve-timestamps no-copy exchange directory relative logical physical",
    "target-directory suffix mode owner group strip-program"};

/// Sources, and where they go.
struct Copying {
  Options options;
  std::span<const Field> sources;
  const Field* target = nullptr;
  bool into_directory = false;
};

Copying read_copying(const Call& call) {
  Copying out{options_of(call, copier), {}, nullptr, false};
  const Options& options = out.options;
  out.target = options.find("t");
  if (out.target == nullptr) out.target = options.find("target-directory");
  out.into_directory = out.target != nullptr || options.operands.size() > 2;
  if (out.target != nullptr) {
    out.sources = operands_of(options);
  } else if (options.operands.size() > 1) {
    out.target = &options.operands.back();
    out.sources = operands_of(options, 0, 1);
  }
  return out;
}

/// The directory a link lies in. One that is not known to be a directory is taken as a name in one.
Field place_of(const Field& link, bool directory, const Field& from) {
  const Field whole = absolute(link, from);
  const auto slash = whole.text().rfind('/');
  if (directory || slash == std::string::npos || whole.unknown_at(slash)) return directory ? whole : from;
  return whole.substr(0, std::max<std::size_t>(slash, 1));
}

/// Links of the system that lead to places of their own; /proc/1/root is the root.
bool is_link_out(const Field& source, const Field& directory) {
  Field whole = directory;
  if (!source.text().starts_with('/')) whole.append('/', Field::Ink::plain);
  if (source.text().starts_with('/')) whole.clear();
  whole.append(source);
  const std::string_view text = whole.known_prefix();
  return text.starts_with("/proc/") || text.starts_with("/dev/fd") || has_name("/var/run /var/lock", text);
}

void judge_copy(const Call& call) {
  if (call.only_help()) return;
  const Copying copying = read_copying(call);
  const bool makes_links = has_any(copying.options, "s l symbolic-link link");
  const bool keeps_links = has_any(copying.options, "a d P r R archive no-dereference recursive") &&
                           !has_any(copying.options, "L dereference");
  for (const Field& source : copying.sources) {
    reads_file(call, source);
    lands_at(call, source, *copying.target, copying.into_directory);
    if (makes_links || (keeps_links && is_link_out(source, call.directory)))
      links_to(call, absolute(source, call.directory),
               place_of(*copying.target, copying.into_directory, call.directory));
  }
}

void judge_move(const Call& call) {
  if (call.only_help()) return;
  const Copying copying = read_copying(call);
  for (const Field& source : copying.sources) {
    moves_file(call, source, *copying.target);
    lands_at(call, source, *copying.target, copying.into_directory);
    if (reach_of(*copying.target, call.directory) == Reach::nothing) removes_file(call, source, true);
  }
}

/// What a link leads to. One that is not symbolic is made from where ln stands.
void judge_target(const Call& call, const Copying& copying, const Field& source) {
  const bool symbolic = has_any(copying.options, "s symbolic r relative");
  const Field here(".");
  const Field& link = copying.target == nullptr ? here : *copying.target;
  const Field place = place_of(link, copying.into_directory || copying.target == nullptr, call.directory);
  links_to(call,
           symbolic && !has_any(copying.options, "r relative") ? source : absolute(source, call.directory),
           place);
}

void judge_link(const Call& call) {
  if (call.only_help()) return;
  const Copying copying = read_copying(call);
  const auto alone = operands_of(copying.options);
  for (const Field& source : copying.target == nullptr ? alone : copying.sources)
    judge_target(call, copying, source);
  if (copying.target == nullptr && !copying.options.operands.empty())
    return call.does("fs.write", call.shown());
  const bool force = has_any(copying.options, "f force");
  for (const Field& source : copying.sources) {
    const bool replaces =
        source.text() == "/dev/null" || reach_of(*copying.target, call.directory) == Reach::accounts;
    const Writing how = force && replaces ? Writing::replace : Writing::change;
    if (copying.into_directory)
      lands_at(call, source, *copying.target, true);
    else
      writes_file(call, *copying.target, how);
  }
}

bool sets_special_bits(std::string_view mode) {
  const bool octal = mode.size() >= 4 && mode.find_first_not_of("01234567") == std::string_view::npos;
  return octal ? (mode[mode.size() - 4] & 6) != 0
               : mode.contains("+s") || mode.contains("=s") || mode.contains("xs");
}

void judge_install(const Call& call) {
  constexpr OptionTable table{
      "bcCdDpsTvZ", "gmotS",
      "backup compare directory preserve-timestamps strip no-target-directory verbose "
      "preserve-context context help version debug",
      "group mode owner strip-program suffix target-directory"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  for (const Option& option : options.options) {
    if (has_name("m mode", option.name) && (option.value.opaque() || sets_special_bits(option.value.text())))
      call.does("fs.permissions", "install sets special bits");
    if (option.name == "strip-program") call.out.runs(option.value);
  }
  if (has_any(options, "d directory")) return writes_all(call, options.operands, Writing::change);
  const Field* into = options.find("t");
  if (into == nullptr) into = options.find("target-directory");
  const bool many = options.operands.size() > 2;
  for (const Field& source : operands_of(options, 0, into == nullptr ? 1 : 0)) {
    reads_file(call, source);
    lands_at(call, source, into == nullptr ? options.operands.back() : *into, into != nullptr || many);
  }
}

void judge_tee(const Call& call) {
  constexpr OptionTable table{"aip", "", "append ignore-interrupts output-error help version", ""};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  writes_all(call, options.operands, has_any(options, "a append") ? Writing::append : Writing::replace);
}

/// Makes or dates files; what stands there stays.
void judge_maker(const Call& call) {
  constexpr OptionTable table{"acfhmpvZ", "dtrmA",
                              "no-create no-dereference parents verbose context help version",
                              "date reference time mode"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  if (call.name == "mknod" && options.operands.size() > 1 && known_operand(options, 1) != "p")
    call.does("disk.device-node");
  writes_all(call,
             call.name == "mknod"
                 ? std::span(options.operands).first(std::min<std::size_t>(options.operands.size(), 1))
                 : std::span(options.operands),
             Writing::change);
}

/// rename 's/a/b/' FILES (perl) or rename FROM TO FILES (util-linux).
void judge_rename(const Call& call) {
  constexpr OptionTable table{"vnfsaolidu0", "eE",
                              "verbose no-act force symlink no-overwrite nono all last interactive "
                              "filename path fullpath null unicode help version",
                              "expr"};
  const Options options = options_of(call, table);
  if (has_any(options, "n no-act nono")) return;
  const bool perl = has_any(options, "e E expr") || known_operand(options, 0).starts_with("s/") ||
                    known_operand(options, 0).starts_with("y/") ||
                    known_operand(options, 0).starts_with("tr/");
  if (has_any(options, "e E expr") || known_operand(options, 0).contains("system"))
    call.does("shell.foreign-code", "rename runs a perl expression");
  for (const Field& file : operands_of(options, perl ? 1 : 2)) moves_file(call, file, file);
  call.does("fs.write", call.shown());
}

void judge_trash(const Call& call) {
  removes_all(call, read_loosely(call.words, {}).operands, true);
}

/// Tools that find what is twice or old and can remove it.
constexpr std::array duplicate_effects{
    OptionEffect{"d delete I immediate deleteall N deleteduplicates", Value::nothing, "fs.remove"},
    OptionEffect{"makehardlinks makesymlinks makeresultsfile outputname", Value::nothing, "fs.write"},
    OptionEffect{"L linkhard l linksoft B dedupe H hardlink reflink M move", Value::nothing, "fs.write"}};
constexpr std::array tree_effects{OptionEffect{"o output", Value::written}};
constexpr std::array file_effects{OptionEffect{"C compile", Value::nothing, "fs.write"},
                                  OptionEffect{"f files-from", Value::read}};
constexpr std::array locate_effects{OptionEffect{"output o", Value::written}};

constexpr std::array rows{
    Program{.names = "rm srm grm", .judge = judge_rm},
    Program{.names = "rmdir", .judge = judge_rmdir},
    Program{.names = "unlink trash trash-put rmtrash tmpreaper tmpwatch", .judge = judge_trash},
    Program{.names = "trash-empty trash-rm", .rule = "fs.remove", .any_option = true},
    Program{.names = "trash-list trash-restore", .any_option = true},
    Program{.names = "shred wipe", .judge = judge_shred},
    Program{.names = "truncate", .judge = judge_truncate},
    Program{.names = "fallocate", .judge = judge_fallocate},
    Program{.names = "cp gcp pcp", .judge = judge_copy},
    Program{.names = "mv gmv", .judge = judge_move},
    Program{.names = "ln link", .judge = judge_link},
    Program{.names = "install ginstall", .judge = judge_install},
    Program{.names = "tee sponge", .judge = judge_tee},
    Program{.names = "touch mkdir mkfifo mknod", .judge = judge_maker},
    Program{.names = "mktemp tempfile", .rule = "fs.write", .any_option = true, .shows = "u dry-run"},
    Program{.names = "rename prename file-rename perl-rename rename.ul", .judge = judge_rename},
    Program{.names = "mmv mcp qmv imv renameutils brename", .rule = "fs.write", .any_option = true},
    Program{.names = "ls dir vdir stat du df realpath readlink namei mountpoint exa eza lsd dust duf whereis "
                     "which findmnt sync cksfv dutree tre erd "
                     "mimetype",
            .any_option = true},
    Program{.names = "tree",
            .options = {"", "oLPIHT", "", "filelimit"},
            .any_option = true,
            .option_effects = tree_effects},
    Program{.names = "file",
            .options = {"C", "mfFPe", "compile", "files-from magic-file"},
            .any_option = true,
            .option_effects = file_effects},
    Program{.names = "locate mlocate plocate slocate",
            .options = {"", "o", "", "output"},
            .any_option = true,
            .option_effects = locate_effects},
    Program{.names = "updatedb updatedb.mlocate updatedb.plocate", .rule = "fs.write", .any_option = true},
    Program{.names = "fdupes jdupes rdfind duperemove hardlink czkawka_cli",
            .options = {"rRdNIsSnfqmLHlBMeEhvz", "oX",
                        "delete immediate recurse linkhard linksoft hardlink dedupe", ""},
            .any_option = true,
            .option_effects = duplicate_effects},
    // It leaves a script that removes what it found.
    Program{.names = "rmlint", .rule = "fs.write", .any_option = true},
    Program{.names = "ncdu gdu mc ranger nnn lf vifm vidir broot yazi",
            .rule = "shell.interactive",
            .any_option = true},
    Program{.names = "xdg-open open gio start kde-open exo-open",
            .rule = "shell.interactive",
            .any_option = true},
};

}  // namespace

std::span<const Program> file_programs() {
  return rows;
}

}  // namespace mcpssh::guard
