# The libraries Cornu uses. Sets CORNU_HAVE_ONEDNN and CORNU_HAVE_CAIRO, and makes
#   cornu_uses       what the library compiles and links with (private to it)
#   CORNU_MODULES    its pkg-config modules    } what a program that links
#   CORNU_LIBRARIES  its other libraries       } the static library needs too
find_package(PkgConfig REQUIRED)
add_library(cornu_uses INTERFACE)
set(CORNU_MODULES jansson zlib libzip)
set(CORNU_LIBRARIES "")

# Answers an AUTO, ON or OFF option: sets ${result}, and stops if something asked for is missing.
function(cornu_decide option found what result)
    string(TOUPPER "${${option}}" wanted)
    if(NOT found AND NOT wanted STREQUAL "AUTO" AND wanted)
        message(FATAL_ERROR "${option} is ON, but ${what} was not found")
    endif()
    if(found AND (wanted STREQUAL "AUTO" OR wanted))
        set(${result} ON PARENT_SCOPE)
        message(STATUS "Cornu uses ${what}: yes")
    else()
        set(${result} OFF PARENT_SCOPE)
        message(STATUS "Cornu uses ${what}: no (${option} is ${wanted})")
    endif()
endfunction()

# oneDNN is found by header and library: its CMake package would ask for OpenCL too.
find_path(CORNU_ONEDNN_INCLUDE dnnl.h)
find_library(CORNU_ONEDNN_LIBRARY dnnl)
mark_as_advanced(CORNU_ONEDNN_INCLUDE CORNU_ONEDNN_LIBRARY)
if(CORNU_ONEDNN_INCLUDE AND CORNU_ONEDNN_LIBRARY)
    set(CORNU_ONEDNN_FOUND ON)
endif()
cornu_decide(CORNU_ONEDNN "${CORNU_ONEDNN_FOUND}" oneDNN CORNU_HAVE_ONEDNN)
if(CORNU_HAVE_ONEDNN)
    target_compile_definitions(cornu_uses INTERFACE CN_HAVE_ONEDNN)
    target_include_directories(cornu_uses SYSTEM INTERFACE ${CORNU_ONEDNN_INCLUDE})
    target_link_libraries(cornu_uses INTERFACE $<BUILD_INTERFACE:${CORNU_ONEDNN_LIBRARY}>)
    list(APPEND CORNU_LIBRARIES dnnl)
endif()

find_package(Threads REQUIRED)
target_link_libraries(cornu_uses INTERFACE $<BUILD_INTERFACE:Threads::Threads>)

pkg_check_modules(CORNU_CAIRO_MODULE QUIET cairo)
cornu_decide(CORNU_CAIRO "${CORNU_CAIRO_MODULE_FOUND}" cairo CORNU_HAVE_CAIRO)
if(CORNU_HAVE_CAIRO)
    target_compile_definitions(cornu_uses INTERFACE CN_HAVE_CAIRO)
    list(APPEND CORNU_MODULES cairo)
endif()

pkg_check_modules(CORNU_PNG_MODULE QUIET libpng)
cornu_decide(CORNU_PNG "${CORNU_PNG_MODULE_FOUND}" libpng CORNU_HAVE_PNG)
if(CORNU_HAVE_PNG)
    target_compile_definitions(cornu_uses INTERFACE CN_HAVE_PNG)
    list(APPEND CORNU_MODULES libpng)
endif()

pkg_check_modules(CORNU_JPEG_MODULE QUIET libjpeg)
cornu_decide(CORNU_JPEG "${CORNU_JPEG_MODULE_FOUND}" libjpeg CORNU_HAVE_JPEG)
if(CORNU_HAVE_JPEG)
    target_compile_definitions(cornu_uses INTERFACE CN_HAVE_JPEG)
    list(APPEND CORNU_MODULES libjpeg)
endif()

# The installed CMake package looks for these modules under the same name.
pkg_check_modules(cornu_modules REQUIRED IMPORTED_TARGET ${CORNU_MODULES})
list(APPEND CORNU_LIBRARIES pthread m)
list(REMOVE_DUPLICATES CORNU_LIBRARIES)
target_link_libraries(cornu_uses INTERFACE PkgConfig::cornu_modules pthread m)

# The command reads and writes JSON itself.
pkg_check_modules(CORNU_JANSSON REQUIRED IMPORTED_TARGET jansson)

# Only the tests use cmocka. Without CORNU_TESTS=ON, a machine that lacks it builds everything else.
if(CORNU_TESTS STREQUAL "AUTO" AND NOT PROJECT_IS_TOP_LEVEL)
    set(CORNU_TESTS OFF)
endif()
pkg_check_modules(CORNU_CMOCKA_MODULE QUIET IMPORTED_TARGET cmocka)
cornu_decide(CORNU_TESTS "${CORNU_CMOCKA_MODULE_FOUND}" cmocka CORNU_HAVE_CMOCKA)
