// Accounts, groups, passwords, directories of users, and who is who.
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Programs that change an account unless they are asked to show: passwd -S, chage -l, faillock without
/// --reset.
void judge_shows_or_changes(const Call& call, const OptionTable& table, std::string_view shows) {
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  bool looks = false;
  bool changes = options.unknown.has_value() || options.splits;
  std::string_view rest = shows;
  for (const Option& option : options.options) {
    bool shown = false;
    for (std::string_view names = rest; !names.empty();) {
      const auto end = std::min(names.find(' '), names.size());
      shown = shown || names.substr(0, end) == option.name;
      names.remove_prefix(std::min(end + 1, names.size()));
    }
    looks = looks || shown;
    changes = changes || !shown;
  }
  if (!looks || changes) call.does("account.change");
}

void judge_passwd(const Call& call) {
  judge_shows_or_changes(call,
                         {"adehklquSf", "inrRwxs",
                          "all delete expire help keep-tokens lock quiet unlock status "
                          "stdin force",
                          "inactive mindays repository root warndays maxdays"},
                         "S status a all");
}

void judge_chage(const Call& call) {
  judge_shows_or_changes(call,
                         {"hil", "dEImMRWP", "help iso8601 list",
                          "lastday expiredate inactive mindays maxdays root warndays prefix"},
                         "l list i iso8601");
}

constexpr std::array faillock_effects{OptionEffect{"reset legal r", Value::nothing, "account.change"}};
constexpr std::array lastlog_effects{OptionEffect{"C clear S set", Value::nothing, "account.change"}};

void judge_visudo(const Call& call) {
  constexpr OptionTable table{"chOPqsVI", "fx", "check help owner perms quiet strict version no-includes",
                              "file export"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const bool checks = options.has("c") || options.has("check") || options.has("V");
  if (options.unknown || !checks) call.does("account.change");
}

/// getent shadow is the shadow file.
void judge_getent(const Call& call) {
  for (const Field& word : call.words)
    if (word.text() == "shadow" || word.text() == "gshadow" || (word.opaque() && word.known_prefix().empty()))
      return call.does(word.opaque() ? "read" : "secret.read");
}

constexpr std::array ipa_verbs{
    Verb{"*-show *-find ping help env user-status host-show config-show", "read"},
    Verb{"*", "account.change"},
};
constexpr std::array samba_tool_verbs{
    Verb{
        "user/list user/show group/list group/listmembers group/show computer/list computer/show domain/info "
        "domain/level/show drs/showrepl dns/query dns/zonelist dns/zoneinfo dns/serverinfo fsmo/show "
        "gpo/list "
        "gpo/listall gpo/show testparm time processes ntacl/get ou/list sites/list "
        "domain/passwordsettings/show",
        "read"},
    Verb{"*", "account.change"},
};
constexpr std::array samba_net_verbs{
    Verb{"ads/info ads/status ads/testjoin ads/lookup ads/search ads/workgroup rpc/info rpc/testjoin "
         "rpc/user/info conf/list "
         "conf/showshare conf/listshares getdomainsid getlocalsid lookup time cache/list groupmap/list "
         "rpc/share/list "
         "usershare/list usershare/info",
         "read"},
    Verb{"*", "account.change"},
};
constexpr std::array realm_verbs{Verb{"list discover", "read"},
                                 Verb{"join leave permit deny", "account.change"}};
constexpr std::array sss_verbs{
    Verb{
        "config-check user-checks domain-list domain-status user-show group-show netgroup-show access-report "
        "cert-show logs-fetch",
        "read"},
    Verb{"cache-expire", "service.change"},
    Verb{"*", "account.change"},
};
constexpr std::array pdbedit_effects{
    OptionEffect{
        "a create x delete m machine r modify i import e export c account-control P account-policy C "
        "value K D logon-script p f fullname h homedir set-nt-hash t password-from-stdin z "
        "bad-password-count-reset "
        "Z logon-hours-reset",
        Value::nothing, "account.change"},
    OptionEffect{"w smbpasswd-style", Value::nothing, "secret.read"},
};

constexpr std::array rows{
    Program{.names = "id whoami groups who w users last lastb getcap getpcaps "
                     "klist lslogins members lid sa ac lastcomm dump-acct "
                     "wbinfo cvtsudoers",
            .any_option = true},
    Program{.names = "lastlog lastlog2",
            .options = {"aCSR", "btu", "clear set before time user root", ""},
            .any_option = true,
            .option_effects = lastlog_effects},
    Program{.names = "getent", .judge = judge_getent},
    Program{.names = "passwd", .judge = judge_passwd},
    Program{.names = "chage", .judge = judge_chage},
    Program{
        .names =
            "useradd userdel usermod groupadd groupdel groupmod gpasswd chpasswd chgpasswd newusers adduser "
            "deluser addgroup delgroup groupmems vipw vigr chsh chfn pwconv pwunconv grpconv grpunconv "
            "setcap smbpasswd ldapadd ldapmodify ldapdelete ldappasswd ldapmodrdn ldapvi slapadd "
            "slappasswd saslpasswd2 htpasswd htdigest pam-auth-update authconfig authselect kadmin "
            "kadmin.local "
            "kinit kdestroy kpasswd ktutil kdb5_util kprop newgidmap newuidmap dscl sysadminctl pw "
            "lgroupadd lgroupdel lgroupmod luseradd luserdel lusermod lpasswd lchage pam_tally pam_tally2 "
            "adcli msktutil google-authenticator expiry "
            "rmuser oddjob_request sss_useradd sss_userdel sss_usermod",
        .rule = "account.change",
        .any_option = true},
    Program{.names = "newgrp sg", .rule = "shell.interactive", .any_option = true},
    Program{.names = "pwck grpck",
            .rule = "account.change",
            .options = {"qrsR", "", "read-only quiet sort root", ""},
            .shows = "r read-only"},
    Program{.names = "visudo", .judge = judge_visudo},
    Program{.names = "faillock",
            .options = {"hv", "", "help reset legal", "user dir conf"},
            .option_effects = faillock_effects},
    Program{.names = "realm",
            .options = {"v", "", "verbose name-only all unattended", "client-software user"},
            .any_option = true,
            .verbs = realm_verbs},
    Program{.names = "ipa", .any_option = true, .verbs = ipa_verbs},
    Program{.names = "samba-tool", .any_option = true, .verbs = samba_tool_verbs},
    Program{
        .names = "net", .options = {"kPN", "UsSwdl", "", ""}, .any_option = true, .verbs = samba_net_verbs},
    Program{.names = "sssctl sss_cache", .rule = "service.change", .any_option = true, .verbs = sss_verbs},
    Program{.names = "pdbedit",
            .options = {"LvwVm", "usdb", "list verbose smbpasswd-style", "user configfile debuglevel"},
            .any_option = true,
            .option_effects = pdbedit_effects},
    Program{.names = "mkpasswd pwqgen pwscore pwmake makepasswd diceware cracklib-check", .any_option = true},
    Program{.names = "mesg", .rule = "host.settings"},
    Program{.names = "wall",
            .rule = "host.settings",
            .options = {"n", "tg", "nobanner", "timeout group"},
            .any_option = true,
            .operands = Operands::read},
    Program{.names = "write", .rule = "host.settings", .any_option = true},
    Program{.names = "slaptest slapschema slapacl", .any_option = true},
};

}  // namespace

std::span<const Program> account_programs() {
  return rows;
}

}  // namespace mcpssh::guard
