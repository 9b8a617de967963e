# What `cmake --install` installs: headers, both libraries, the command with its manual page and
# completion, the pkg-config file and the CMake package.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cornu)
install(DIRECTORY include/cornu DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(TARGETS cornu cornu_static EXPORT cornu)
install(EXPORT cornu NAMESPACE cornu:: FILE cornu-targets.cmake DESTINATION ${package_dir})

# What must be built for it: neither tests nor examples.
add_custom_target(cornu_installed)
add_dependencies(cornu_installed cornu cornu_static)

if(CORNU_COMMAND)
    add_dependencies(cornu_installed cornu_cli cornu_pages)
    install(TARGETS cornu_cli)
    install(FILES ${PROJECT_BINARY_DIR}/share/cornu.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${PROJECT_BINARY_DIR}/share/cornu.bash RENAME cornu
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${PROJECT_BINARY_DIR}/share/_cornu DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endif()

configure_package_config_file(cmake/cornu-config.cmake.in cornu-config.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(cornu-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cornu-config.cmake ${PROJECT_BINARY_DIR}/cornu-config-version.cmake
    DESTINATION ${package_dir})

# cornu.pc finds the prefix from its own place, so that the prefix may be chosen while installing.
file(RELATIVE_PATH pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
# The modules are not in Requires.private: `pkg-config --static` would then ask for all that their own static
# forms need, of which distributions install only a part.
list(TRANSFORM CORNU_LIBRARIES PREPEND -l OUTPUT_VARIABLE pc_libraries)
list(PREPEND pc_libraries ${cornu_modules_LDFLAGS})
list(JOIN pc_libraries " " pc_libraries)
configure_file(cmake/cornu.pc.in cornu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cornu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
