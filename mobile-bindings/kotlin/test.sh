#!/usr/bin/env bash
# Compiles the generated Kotlin in $1 together with the tests and runs them on a JVM; HEJIE_LIBRARY
# is the built library. The compiler comes from npm (package-lock.json), JNA from Debian
# (libjna-java, libjna-jni). What has not changed is not compiled again.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
generated="$(cd "$1" && pwd)"
. "$here/../../scripts/env.sh"
tools="$tools/kotlin"
jna="${JNA_JAR:-/usr/share/java/jna.jar}"

if ! cmp -s "$here/package-lock.json" "$tools/package-lock.json"; then
    mkdir -p "$tools"
    cp "$here/package.json" "$tools/"
    cp "$here/package-lock.json" "$tools/package-lock.json.new"
    mv "$tools/package-lock.json.new" "$tools/package-lock.json"
    npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund || { rm "$tools/package-lock.json"; exit 1; }
fi
kotlin="$tools/node_modules/kotlin-compiler/lib"
classpath="$jna:$kotlin/kotlinx-coroutines-core-jvm.jar:$kotlin/kotlin-test.jar"

sources=("$generated"/uniffi/hejie_mobile/hejie_mobile.kt "$here"/test/*.kt)
stamp="$(cat "${sources[@]}" | sha256sum | cut -c1-16)"
jar="$target/bindings/kotlin-$stamp.jar"
if [ ! -f "$jar" ]; then
    rm -f "$target"/bindings/kotlin-*.jar
    java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$kotlin/*" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler \
        -no-reflect -nowarn -jvm-target 17 -cp "$classpath" -d "$jar.new.jar" "${sources[@]}"
    mv "$jar.new.jar" "$jar"
fi

java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djna.library.path="$(dirname "$HEJIE_LIBRARY")" \
    -cp "$jar:$classpath:$kotlin/kotlin-stdlib.jar" hejie.PhoneTestKt
