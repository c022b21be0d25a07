using System.CommandLine;

namespace MGLMM.Cli.Tests;

/// <summary>An option that no page tells of is found by nobody who does not ask for help.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Every_option_is_told_of_on_a_page()
    {
        string pages = string.Join('\n', Directory.GetFiles(RepositoryRoot.Combine("docs"), "*.md").Append(RepositoryRoot.Combine("README.md")).Select(File.ReadAllText));
        string[] words = pages.Split([' ', '\n', '`', ',', ';', '.', ':', '(', ')', '[', ']', '|', '/', '=', '"'], StringSplitOptions.RemoveEmptyEntries);
        string[] untold = [.. All(ToolCommands.Create()).SelectMany(command => command.Options.Where(option => !option.Recursive && option.Name.StartsWith("--", StringComparison.Ordinal)).Select(option => option.Name)).Distinct()
            .Except(words).Except(["--help", "--version"])];
        Assert.Empty(untold);
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
