// Programs that bring files from or to other hosts.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/ssh_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/programs/web_programs.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// "host:path", "user@host:path", "rsync://host/x", as scp and rsync see it.
bool is_remote(const Field& word) {
  const std::string_view text = word.text();
  const auto colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         text.substr(0, colon).find('/') == std::string_view::npos;
}

/// The last operand is where the others go; what is local is judged, what is remote is a transfer.
void copies(const Call& call, std::span<const Field> operands, Writing how) {
  const bool leaves = operands.size() > 1 && is_remote(operands.back());
  if (leaves && !std::ranges::all_of(operands, is_remote))
    call.does("transfer.upload",
              fmt::format("{} sends files to {}", call.name, base::printable(operands.back().text(), 60)));
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const bool last = i + 1 == operands.size() && i > 0;
    if (is_remote(operands[i]))
      call.does("transfer.copy");
    else if (!last)
      reads_file(call, operands[i]);
    else if (how == Writing::change && i == 1)
      lands_at(call, operands[0], operands[1], false);
    else
      writes_file(call, operands[i], Writing::change);
  }
}

void judge_scp(const Call& call) {
  constexpr OptionTable table{"346ABCOpqRrsTv", "cDFiJloPSX", "", ""};
  const Options options = options_of(call, table);
  judge_ssh_options(call, options);
  copies(call, options.operands, Writing::change);
}

void judge_sftp(const Call& call) {
  constexpr OptionTable table{"46AaCfNpqrv", "BbcDFiJloPRsSX", "", ""};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  judge_ssh_options(call, options);
  if (options.has("b")) {
    const Field* batch = options.find("b");
    if (batch->text() != "-") return call.does("shell.script", "sftp runs the commands of a batch file");
  }
  if (!call.out.has_input()) return opens_prompt(call);
  const std::string* input = call.out.input_text();
  if (input == nullptr)
    return call.does("shell.foreign-code", "sftp runs commands it reads, known only at run time");
  for (std::string_view line : base::split(*input, '\n')) {
    line = base::trim(line);
    if (line.starts_with('-') || line.starts_with('@')) line.remove_prefix(1);
    if (line.starts_with('!')) call.out.runs(Field(line.substr(1)));
    if (line.starts_with("rm") || line.starts_with("rename"))
      call.does("fs.remove", "sftp removes files of another host");
    if (line.starts_with("get") || line.starts_with("reget")) call.does("fs.write", "sftp brings files");
  }
  call.does("transfer.copy");
}

constexpr OptionTable rsync_table{
    "vqcarRbudlLkKHpEAXogDtONSnWxySzPFh468Uims0", "eBTMf@",
    "verbose quiet no-motd checksum archive recursive relative no-implied-dirs backup update inplace append "
    "append-verify dirs "
    "old-dirs mkpath links copy-links copy-unsafe-links safe-links munge-links copy-dirlinks keep-dirlinks "
    "hard-links perms "
    "executability acls xattrs owner group devices copy-devices write-devices specials times atimes "
    "open-noatime crtimes "
    "omit-dir-times omit-link-times super fake-super sparse preallocate dry-run whole-file one-file-system "
    "existing "
    "ignore-existing ignore-non-existing remove-source-files del delete delete-before delete-during "
    "delete-delay delete-after delete-excluded "
    "ignore-missing-args delete-missing-args ignore-errors force partial delay-updates prune-empty-dirs "
    "numeric-ids "
    "ignore-times size-only fuzzy compress new-compress old-compress cvs-exclude from0 old-args "
    "secluded-args protect-args "
    "trust-sender 8-bit-output human-readable progress itemize-changes stats list-only fsync blocking-io "
    "ipv4 ipv6 version "
    "help no-perms no-owner no-group no-times no-devices no-specials no-links no-recursive no-relative "
    "no-dirs no-compress "
    "no-inc-recursive inc-recursive no-whole-file no-o no-g no-p no-t no-i-r msgs2stderr daemon server "
    "sender no-detach",
    "info debug stderr backup-dir suffix chmod block-size rsh rsync-path max-delete max-size min-size "
    "max-alloc partial-dir "
    "usermap groupmap chown timeout contimeout modify-window temp-dir compare-dest copy-dest link-dest "
    "compress-choice "
    "compress-level skip-compress filter exclude exclude-from include include-from files-from copy-as "
    "address port sockopts "
    "outbuf remote-option out-format log-file log-file-format password-file early-input bwlimit stop-after "
    "stop-at "
    "write-batch only-write-batch read-batch protocol iconv checksum-seed checksum-choice config dparam"};

void judge_rsync(const Call& call) {
  if (call.only_help()) return;
  const Options options = options_of(call, rsync_table);
  for (const Option& option : options.options) {
    if (has_name("e rsh", option.name) && !option.value.empty()) {
      Field command = option.value;
      command.append(Field(" host true"));
      call.out.runs(command);
    }
    if (option.name == "rsync-path") call.out.runs(option.value);
    if (has_name("log-file write-batch only-write-batch", option.name))
      writes_file(call, option.value, Writing::append);
    if (has_name("files-from password-file", option.name)) reads_file(call, option.value);
  }
  if (has_any(options, "daemon server")) return call.does("network.serve");
  if (has_any(options, "n dry-run list-only") || options.operands.size() < 2) return;
  const Field& target = options.operands.back();
  const bool deletes = std::ranges::any_of(options.options, [](const Option& option) {
    return option.name.starts_with("del") && option.name != "delay-updates";
  });
  if (deletes && is_remote(target))
    call.does("fs.remove",
              fmt::format("rsync deletes on another host: {}", base::printable(target.text(), 60)));
  else if (deletes)
    removes_file(call, target, true);
  if (options.has("remove-source-files"))
    for (const Field& source : operands_of(options, 0, 1)) {
      if (is_remote(source))
        call.does("fs.remove", "rsync removes what it copied from another host");
      else
        removes_file(call, source, true);
    }
  copies(call, options.operands, Writing::replace);
}

/// Download tools that write into the directory they run in.
constexpr std::array download_effects{
    OptionEffect{"o output out O output-document l log log-file save-session d dir P", Value::written},
    OptionEffect{
        "on-download-complete on-download-start on-download-stop on-download-error on-bt-download-complete",
        Value::code},
    OptionEffect{"T rpc-listen-all enable-rpc", Value::nothing, "network.serve"}};

/// Their settings may hold commands, and so may the arguments they pass on.
constexpr std::array video_effects{
    OptionEffect{"o output", Value::written},
    OptionEffect{"a batch-file cookies load-info-json", Value::read},
    OptionEffect{"exec exec-before-download exec-after netrc-cmd", Value::code},
    OptionEffect{"config-location config-locations config plugin-dirs downloader external-downloader "
                 "ffmpeg-location use-postprocessor postprocessor postprocessor-args ppa downloader-args "
                 "external-downloader-args print-to-file",
                 Value::nothing, "shell.foreign-code"}};

/// Browsers of the terminal: with -dump they print.
void judge_browser(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(
      call.words, {"", "ocT", "dump source head listonly dump_source dump_head", "cmd_script post_data"});
  for (const Field& address : options.operands) asks_for(call, address);
  if (options.has("cmd_script")) call.does("shell.script", "a browser runs a script of keys");
  if (has_any(options, "post_data")) call.does("transfer.send");
  if (!has_any(options, "dump source head listonly dump_source dump_head") && !call.out.has_input())
    opens_prompt(call);
}

/// lftp -e, -c and scripts; ftp without input.
void judge_ftp(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, {"", "ecfup", "", ""});
  for (const Option& option : options.options) {
    if (!has_name("e c", option.name)) continue;
    const std::string_view text = option.value.text();
    if (option.value.opaque() || text.contains('!') || text.contains("source") || text.contains("|"))
      call.does("shell.foreign-code", "lftp runs commands of its own");
    if (text.contains("--delete") || text.contains("rm ") || text.contains("--Remove"))
      call.does("fs.remove", "lftp deletes files");
    call.does("transfer.copy");
  }
  if (options.has("f")) call.does("shell.script", "lftp runs a script");
  if (has_any(options, "c f")) return;
  if (call.out.has_input())
    call.does("shell.foreign-code", fmt::format("{} runs commands it reads", call.name));
  else
    opens_prompt(call);
}

void judge_ssh_copy_id(const Call& call) {
  if (call.only_help() || has_letter(call, 'n')) return;
  call.does("fs.write-persistence", "ssh-copy-id lets a key log in on another host");
}

constexpr std::array bench_effects{OptionEffect{"g e", Value::written}, OptionEffect{"p u T", Value::read}};
constexpr std::array script_effects{OptionEffect{"s script", Value::nothing, "shell.script"}};

constexpr std::array rows{
    Program{.names = "curl", .judge = judge_curl},
    Program{.names = "wget wget2", .judge = judge_wget},
    Program{.names = "http https xh xhs httpie", .judge = judge_httpie},
    Program{.names = "scp rcp pscp", .judge = judge_scp},
    Program{.names = "sftp psftp", .judge = judge_sftp},
    Program{.names = "rsync", .judge = judge_rsync},
    Program{
        .names = "aria2c axel lwp-download puf snarf prozilla",
        .rule = "fs.write",
        .options = {"T", "odlPO", "rpc-listen-all enable-rpc",
                    "out dir log on-download-complete on-download-start on-download-stop on-download-error "
                    "on-bt-download-complete save-session output"},
        .any_option = true,
        .option_effects = download_effects},
    Program{
        .names = "youtube-dl yt-dlp gallery-dl",
        .rule = "fs.write",
        .options = {"", "oaPrRfx", "ignore-config",
                    "output exec exec-before-download exec-after netrc-cmd batch-file cookies load-info-json "
                    "config-location config-locations config plugin-dirs downloader external-downloader "
                    "ffmpeg-location use-postprocessor postprocessor postprocessor-args ppa "
                    "downloader-args external-downloader-args print-to-file"},
        .any_option = true,
        .option_effects = video_effects},
    Program{.names = "lynx w3m links elinks links2 www-browser", .judge = judge_browser},
    Program{.names = "lftp ftp ncftp tnftp pftp cadaver", .judge = judge_ftp},
    Program{.names = "tftp", .rule = "transfer.copy", .any_option = true},
    Program{.names = "ncftpget lwp-request lwp-mirror", .rule = "fs.write", .any_option = true},
    Program{.names = "ncftpput", .rule = "transfer.upload", .any_option = true},
    Program{.names = "ssh-copy-id", .judge = judge_ssh_copy_id},
    Program{.names = "unison syncthing croc magic-wormhole wormhole",
            .rule = "transfer.upload",
            .any_option = true},
    Program{.names = "ab",
            .rule = "transfer.send",
            .options = {"dhiIklqrSvVwZ", "AbBcCeEfgHmnopPstTuvxXyz", "", ""},
            .any_option = true,
            .option_effects = bench_effects},
    Program{.names = "wrk k6 jmeter",
            .rule = "transfer.send",
            .options = {"", "scdtHT", "", "script"},
            .any_option = true,
            .option_effects = script_effects},
    Program{.names = "hey siege vegeta", .rule = "transfer.send", .any_option = true},
    Program{.names = "grpcurl websocat wscat", .rule = "transfer.send", .any_option = true},
};

}  // namespace

std::span<const Program> transfer_programs() {
  return rows;
}

}  // namespace mcpssh::guard
