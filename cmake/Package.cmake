# What `cmake --install` puts where, and the Debian package CPack makes of it. `./dev package` runs both.
include(GNUInstallDirs)
set(MCPSSH_MAINTAINER "mcp-ssh contributors <mcp-ssh@users.noreply.github.com>" CACHE STRING "Who answers for the packages")

install(TARGETS mcp-ssh RUNTIME)
# Debian's policy: the changelog in its own format, compressed as far as it goes and without a time stamp.
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/deb/changelog.in packaging/changelog @ONLY)
install(CODE "
  execute_process(COMMAND gzip --best --no-name --keep --force changelog
    WORKING_DIRECTORY \"${CMAKE_BINARY_DIR}/packaging\" COMMAND_ERROR_IS_FATAL ANY)")
install(FILES ${CMAKE_BINARY_DIR}/packaging/changelog.gz TYPE DOC)
install(FILES packaging/deb/copyright README.md CHANGELOG.md TYPE DOC)
install(FILES packaging/deb/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME mcp-ssh)
install(DIRECTORY docs TYPE DOC FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN "recording" EXCLUDE)
# Completion and the first manual page are the program's own words; the second is docs/configuration.md.
install(CODE "
  set(out \"${CMAKE_BINARY_DIR}/packaging\")
  foreach(shell bash zsh fish)
    execute_process(COMMAND \"$<TARGET_FILE:mcp-ssh>\" completion \${shell} OUTPUT_FILE \"\${out}/completion.\${shell}\"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  execute_process(COMMAND \"$<TARGET_FILE:mcp-ssh>\" __man OUTPUT_FILE \"\${out}/mcp-ssh.1\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND awk -f \"${CMAKE_SOURCE_DIR}/packaging/man/configuration.awk\" \"${CMAKE_SOURCE_DIR}/docs/configuration.md\"
    OUTPUT_FILE \"\${out}/mcp-ssh-hosts.yaml.5\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip --best --no-name --force mcp-ssh.1 mcp-ssh-hosts.yaml.5
    WORKING_DIRECTORY \"\${out}\" COMMAND_ERROR_IS_FATAL ANY)")
set(made ${CMAKE_BINARY_DIR}/packaging)
install(FILES ${made}/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mcp-ssh)
install(FILES ${made}/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _mcp-ssh)
install(FILES ${made}/completion.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME mcp-ssh.fish)
install(FILES ${made}/mcp-ssh.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/mcp-ssh-hosts.yaml.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES hosts.example.yaml examples/nginx.conf examples/haproxy.cfg DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES packaging/systemd/mcp-ssh.service packaging/systemd/mcp-ssh.socket DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mcp-ssh)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${MCPSSH_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS openssh-client)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "SSH access for AI assistants over MCP, governed")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A server of the Model Context Protocol that gives AI assistants access to
configured servers and network devices over SSH. Commands are understood
before they run, what changes something waits for approval, and every action
is on record before its first byte goes to the host.
.
It serves one assistant over stdio, or many over HTTP as a systemd service.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_CURRENT_SOURCE_DIR}/packaging/deb/postinst
  ${CMAKE_CURRENT_SOURCE_DIR}/packaging/deb/prerm
  ${CMAKE_CURRENT_SOURCE_DIR}/packaging/deb/postrm)
set(CPACK_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/packaging/CPackConfig.cmake)
set(CPACK_SOURCE_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/packaging/CPackSourceConfig.cmake)
include(CPack)
