# The tests: every *_test.c under src/ and tests/ is a program, and every example is run once.

# What all tests are compiled and linked with; tests/support holds what they share.
add_library(cornu_testing INTERFACE)
target_include_directories(cornu_testing INTERFACE ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(cornu_testing INTERFACE CN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(cornu_testing INTERFACE cornu_static cornu_internal PkgConfig::CORNU_CMOCKA_MODULE m)

file(GLOB support_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.c)
list(FILTER support_sources EXCLUDE REGEX "_test\\.c$")
if(support_sources)
    add_library(cornu_support OBJECT ${support_sources})
    target_link_libraries(cornu_support PRIVATE cornu_testing)
    set(support $<TARGET_OBJECTS:cornu_support>)
endif()

# A test finds real data sets through this variable, which the user may also set for one run of ctest.
set(test_environment LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/leaks.supp:print_suppressions=0)
if(CORNU_DATA)
    list(APPEND test_environment CORNU_DATA=${CORNU_DATA})
endif()

# src/runtime/array_test.c is the test runtime.array, tests/keras/dense_test.c is tests.keras.dense.
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/src/*_test.c ${PROJECT_SOURCE_DIR}/tests/*_test.c)
foreach(source ${test_sources})
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
    string(REGEX REPLACE "^src/|_test\\.c$" "" name ${name})
    string(REPLACE "/" "." name ${name})
    if(NOT CORNU_HAVE_ONEDNN AND name MATCHES "^kernels\\.onednn\\.")
        continue()
    endif()
    add_executable(test.${name} ${source} ${support})
    set_target_properties(test.${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY tests)
    target_link_libraries(test.${name} PRIVATE cornu_testing)
    add_test(NAME ${name} COMMAND test.${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 ENVIRONMENT "${test_environment}")
endforeach()

# An example runs in a folder of its own, with the words in examples/<name>.args if that file exists. One whose words
# name the folder of data sets is left out if there is none.
if(CORNU_EXAMPLES)
    foreach(source ${example_sources})
        get_filename_component(name ${source} NAME_WE)
        set(arguments "")
        set(arguments_file ${PROJECT_SOURCE_DIR}/examples/${name}.args)
        if(EXISTS ${arguments_file})
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${arguments_file})
            file(READ ${arguments_file} words)
            if(words MATCHES "@CORNU_DATA@" AND NOT CORNU_DATA)
                continue()
            endif()
            string(CONFIGURE "${words}" words @ONLY)
            separate_arguments(arguments UNIX_COMMAND "${words}")
        endif()
        set(folder ${PROJECT_BINARY_DIR}/examples/${name}.run)
        file(MAKE_DIRECTORY ${folder})
        add_test(NAME examples.${name} COMMAND example_${name} ${arguments} WORKING_DIRECTORY ${folder})
        set_tests_properties(examples.${name} PROPERTIES
            LABELS examples TIMEOUT 300 ENVIRONMENT "${test_environment}")
    endforeach()
    if(TARGET example_from_cpp)
        add_test(NAME examples.from_cpp COMMAND example_from_cpp)
        set_tests_properties(examples.from_cpp PROPERTIES LABELS examples ENVIRONMENT "${test_environment}")
    endif()
endif()
