# The programs: the cornu command, the benchmark, and one for each file in examples/.

# The command sees what a user sees: the public headers and the shared library.
file(GLOB cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/*.c)
if(CORNU_COMMAND)
    add_executable(cornu_cli ${cli_sources})
    # Once installed, it finds the library from its own place, so that the prefix may be chosen while installing.
    file(RELATIVE_PATH to_library ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
    set_target_properties(cornu_cli PROPERTIES OUTPUT_NAME cornu RUNTIME_OUTPUT_DIRECTORY bin
        INSTALL_RPATH $<IF:$<PLATFORM_ID:Darwin>,@loader_path,$ORIGIN>/${to_library})
    target_compile_definitions(cornu_cli PRIVATE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
    target_compile_options(cornu_cli PRIVATE -Wconversion)
    target_link_libraries(cornu_cli PRIVATE cornu cornu_strict PkgConfig::CORNU_JANSSON m)
    # It prints its own manual page and completion.
    function(cornu_page file)
        add_custom_command(OUTPUT share/${file} COMMAND cornu_cli ${ARGN} > share/${file} DEPENDS cornu_cli VERBATIM)
        set(cli_pages ${cli_pages} ${PROJECT_BINARY_DIR}/share/${file} PARENT_SCOPE)
    endfunction()
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share)
    cornu_page(cornu.1 manual)
    cornu_page(cornu.bash completion bash)
    cornu_page(_cornu completion zsh)
    add_custom_target(cornu_pages ALL DEPENDS ${cli_pages})
endif()

file(GLOB bench_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.c)
if(CORNU_BENCH AND bench_sources)
    add_executable(cornu-bench ${bench_sources})
    target_link_libraries(cornu-bench PRIVATE cornu_static cornu_internal)
endif()

# Examples see what a user sees: the public headers and the shared library.
file(GLOB example_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/*.c)
if(CORNU_EXAMPLES)
    foreach(source ${example_sources})
        get_filename_component(name ${source} NAME_WE)
        add_executable(example_${name} ${source})
        set_target_properties(example_${name} PROPERTIES
            OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY examples)
        target_link_libraries(example_${name} PRIVATE cornu cornu_strict m)
    endforeach()
    # The same headers, read by a C++ compiler where there is one.
    include(CheckLanguage)
    check_language(CXX)
    if(CMAKE_CXX_COMPILER)
        enable_language(CXX)
        add_executable(example_from_cpp ${PROJECT_SOURCE_DIR}/examples/from_cpp.cpp)
        set_target_properties(example_from_cpp PROPERTIES
            OUTPUT_NAME from_cpp RUNTIME_OUTPUT_DIRECTORY examples CXX_STANDARD 17)
        target_link_libraries(example_from_cpp PRIVATE cornu)
    endif()
endif()
