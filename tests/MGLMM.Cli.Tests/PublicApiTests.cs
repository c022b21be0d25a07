using System.Reflection;
using System.Runtime.CompilerServices;
using MGLMM.Runtime.Tests.Support;

namespace MGLMM.Cli.Tests;

/// <summary>
/// The public surface of the libraries that applications build on is the one written down. Changed on purpose? Run the tests once with
/// <c>MGLMM_WRITE_PUBLIC_API=1</c> and read the difference.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("MGLMM.Data")]
    [InlineData("MGLMM.Runtime")]
    [InlineData("MGLMM.Vision")]
    [InlineData("MGLMM.SemanticKernel")]
    public void The_public_surface_is_the_one_written_down(string assembly)
    {
        var path = RepositoryRoot.Combine("tests", "MGLMM.Cli.Tests", "data", "public-api", assembly + ".txt");
        string[] actual = [.. Assembly.Load(assembly).GetExportedTypes().SelectMany(Describe).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("MGLMM_WRITE_PUBLIC_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, actual);
        }

        var expected = File.ReadAllLines(path);
        Assert.True(
            expected.SequenceEqual(actual),
            $"Gone: {string.Join("; ", expected.Except(actual))}\nNew: {string.Join("; ", actual.Except(expected))}");
    }

    private static IEnumerable<string> Describe(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var name = type.FullName!.Replace('+', '.');
        yield return $"{name}: {(type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : "class")}";
        foreach (var member in type.GetMembers(Declared))
        {
            // What the compiler adds to records, and accessors, which their properties speak for.
            var generated = member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal);
            if (!generated && member is not MethodInfo { IsSpecialName: true } && member is not TypeInfo && member.Name is not ("value__" or "EqualityContract"))
            {
                yield return $"{name}.{member}";
            }
        }
    }
}
