
namespace MGLMM.SemanticKernel.Tests;

/// <summary>What the README shows must compile and exist.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Readme = File.ReadAllLines(RepositoryRoot.Combine("README.md"));

    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        string[] compiled = File.ReadAllLines(RepositoryRoot.Combine("tests", "MGLMM.SemanticKernel.Tests", "ReadmeSnippets.cs")).Select(line => line.Trim()).ToArray();
        int at = 0;
        string[] shown = Blocks("```csharp").SelectMany(block => block).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        Assert.True(shown.Length > 10);
        foreach (string? line in shown)
        {
            at = Array.IndexOf(compiled, line, at) + 1;
            Assert.True(at > 0, $"README code that ReadmeSnippets.cs does not hold in this order: {line}");
        }
    }

    [Fact]
    public void Every_linked_file_exists()
    {
        string[] links = Readme.SelectMany(line => System.Text.RegularExpressions.Regex.Matches(line, @"\]\(([^)#]+)\)").Select(match => match.Groups[1].Value))
            .Where(link => !link.Contains("://", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(RepositoryRoot.Combine(link)), $"README links to '{link}', which does not exist."));
    }

    [Fact]
    public void Every_project_that_a_command_names_exists()
    {
        string[] projects = Blocks("```sh").SelectMany(block => block)
            .SelectMany(line => System.Text.RegularExpressions.Regex.Matches(line, @"--project (\S+)").Select(match => match.Groups[1].Value))
            .ToArray();
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.NotEmpty(Directory.GetFiles(RepositoryRoot.Combine(project), "*.csproj")));
    }

    private static IEnumerable<List<string>> Blocks(string fence)
    {
        List<string>? block = null;
        foreach (string line in Readme)
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
}
