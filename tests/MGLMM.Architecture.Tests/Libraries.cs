using System.Reflection;

namespace MGLMM.Architecture.Tests;

/// <summary>The libraries of this repository: every project under <c>src</c> that is no program.</summary>
internal static class Libraries
{
    /// <summary>Their names, as the folders say them, so that a new one is not forgotten.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => !File.ReadAllText(project).Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal))
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Names.Select(name => new TheoryDataRow<string>(name));

    public static Assembly Load(string name) => Assembly.Load(name);
}
