using System.Reflection;

namespace MGLMM.Masks.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_written_down()
    {
        string[] actual = [.. typeof(Mask).Assembly.GetExportedTypes().SelectMany(Describe).Order(StringComparer.Ordinal)];
        string[] expected = [.. File.ReadAllLines(Data.PathOf("public-api.txt")).Where(line => line.Length > 0)];

        // On purpose changed? Then write down the new surface: the message is the whole of it.
        Assert.True(expected.SequenceEqual(actual), string.Join('\n', actual));
    }

    [Fact]
    public void The_assembly_stands_on_the_runtime_alone()
    {
        Assert.All(typeof(Mask).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Describe(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        yield return $"{type.Name}: {(type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsAbstract ? "static class" : "class")}";
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            // What the compiler adds to records, and accessors, which their properties speak for.
            bool generated = member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));
            if (!generated && member is not MethodInfo { IsSpecialName: true } && member.Name is not ("value__" or "EqualityContract"))
            {
                yield return $"{type.Name}.{member.ToString()!.Replace("MGLMM.Masks.", string.Empty, StringComparison.Ordinal)}";
            }
        }
    }
}
