using Xunit;

namespace MGLMM.Testing;

/// <summary>The code that a page shows, so that a test can hold it to code that is compiled.</summary>
public static class PageCode
{
    /// <summary>The fenced blocks of a page.</summary>
    /// <param name="fence">How a block begins, such as <c>```csharp</c>.</param>
    /// <param name="page">The page's lines.</param>
    public static IEnumerable<IReadOnlyList<string>> Blocks(string fence, IEnumerable<string> page)
    {
        List<string>? block = null;
        foreach (string line in page)
        {
            if (block is null && line == fence)
            {
                block = [];
            }
            else if (block is not null && line == "```")
            {
                yield return block;
                block = null;
            }
            else
            {
                block?.Add(line);
            }
        }
    }

    /// <summary>Asserts that a page's C# stands in a file that is compiled, line by line in this order.</summary>
    /// <param name="page">The page's lines.</param>
    /// <param name="compiled">The file's path inside the repository.</param>
    public static void AssertCompiled(IEnumerable<string> page, params string[] compiled)
    {
        string[] lines = [.. File.ReadLines(RepositoryRoot.Combine(compiled)).Select(line => line.Trim())];
        string[] shown = [.. Blocks("```csharp", page).SelectMany(block => block).Select(line => line.Trim()).Where(line => line.Length > 0)];
        Assert.True(shown.Length > 10);
        int at = 0;
        foreach (string line in shown)
        {
            at = Array.IndexOf(lines, line, at) + 1;
            Assert.True(at > 0, $"Code of a page that {compiled[^1]} does not hold in this order: {line}");
        }
    }
}
