using System.Text.Json.Nodes;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MGLMM.SemanticKernel.Tests;

/// <summary>What the README shows must compile and exist.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Readme = File.ReadAllLines(RepositoryRoot.Combine("README.md"));

    [Fact]
    public void Every_line_of_code_is_compiled() => PageCode.AssertCompiled(Readme, "tests", "MGLMM.SemanticKernel.Tests", "ReadmeSnippets.cs");

    /// <summary>Whoever copies a block finds above it what it needs.</summary>
    [Fact]
    public void Every_namespace_that_the_code_uses_is_named()
    {
        string text = string.Join('\n', Readme);
        string[] used = [.. File.ReadLines(RepositoryRoot.Combine("tests", "MGLMM.SemanticKernel.Tests", "ReadmeSnippets.cs"))
            .Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^using ([\w.]+);$")).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        Assert.True(used.Length > 10);
        Assert.All(used, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hosts_code_keeps_a_conversation_over_a_restart()
    {
        using TemporaryFolder folder = new();
        string? conversation;
        using (IHost first = Host())
        {
            await first.StartAsync();
            conversation = await ReadmeSnippets.Conversations(first.Services);
            await first.StopAsync();
        }

        Assert.NotNull(conversation);
        using IHost second = Host();
        await second.StartAsync();
        await using IConversationLease? found = await second.Services.GetRequiredService<IConversations>().FindAsync("user 17", conversation);
        Assert.NotNull(found);

        IHost Host()
        {
            HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(new GardenModel()));
            ReadmeSnippets.Hosting(builder, folder.Location);
            return builder.Build();
        }
    }

    /// <summary>The workflow's twin, run: twice, the second time from its checkpoints, without the model.</summary>
    [Fact]
    public async Task The_workflow_of_functions_exports_the_masks_and_goes_on_from_its_checkpoints()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.PathOf("in"));
        File.WriteAllBytes(folder.PathOf("in/a.png"), Imaging.PngWriter.Encode(RgbImage.FromPixels(new byte[200 * 100 * 3], 200, 100)));
        using GardenModel model = new();
        await ReadmeSnippets.Workflow(model, folder.PathOf("in"), folder.Location, (_, _) => throw new InvalidOperationException("Nothing is doubtful."));
        byte[] exported = File.ReadAllBytes(folder.PathOf("a.json"));

        // The garden's two trees, in tenths of 200 x 100.
        JsonNode coco = JsonNode.Parse(exported)!;
        Assert.Equal([[0, 20, 20, 40], [160, 10, 40, 60]], coco["annotations"]!.AsArray().Select(annotation => annotation!["bbox"]!.AsArray().Select(value => (int)value!).ToArray()));
        int asked = model.Asked.Count;
        File.Delete(folder.PathOf("a.json"));
        await ReadmeSnippets.Workflow(model, folder.PathOf("in"), folder.Location, (_, _) => throw new InvalidOperationException("Nothing is doubtful."));
        Assert.Equal(exported, File.ReadAllBytes(folder.PathOf("a.json")));
        Assert.Equal(asked, model.Asked.Count);
    }

    /// <summary>A step that fails ends the run with its reason and leaves no checkpoint that would hide it.</summary>
    [Fact]
    public async Task The_workflow_of_functions_ends_where_a_picture_cannot_be_opened_and_does_it_again_when_it_can()
    {
        using TemporaryFolder folder = new();
        folder.Write("in/a.png", "no picture");
        using GardenModel model = new();
        Task Run() => ReadmeSnippets.Workflow(model, folder.PathOf("in"), folder.Location, (_, _) => throw new InvalidOperationException("Nothing is doubtful."));
        InvalidOperationException failed = await Assert.ThrowsAsync<InvalidOperationException>(Run);
        Assert.Matches(@"a\.png: .+", failed.Message);
        Assert.False(Directory.Exists(folder.PathOf("a")));

        File.WriteAllBytes(folder.PathOf("in/a.png"), Imaging.PngWriter.Encode(RgbImage.FromPixels(new byte[200 * 100 * 3], 200, 100)));
        await Run();
        Assert.True(File.Exists(folder.PathOf("a.json")));
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

    /// <summary>A command of the README is run by a script, word for word, and a script knows none that the README does not have.</summary>
    [Fact]
    public void Every_command_is_run_by_a_script_and_none_is_left_over()
    {
        string[] shown = Blocks("```sh").SelectMany(block => block).Where(line => line.Length > 0).ToArray();
        string[] run = [.. Commands("readme"), .. Commands("consumer")];
        Assert.True(shown.Length > 20);
        Assert.All(shown, command => Assert.True(run.Contains(command), $"No script in .ci runs this command of the README: {command}"));
        Assert.All(run, command => Assert.True(shown.Contains(command), $"A script in .ci runs what the README does not show: {command}"));

        static IEnumerable<string> Commands(string script) => File.ReadLines(RepositoryRoot.Combine(".ci", script))
            .Select(line => System.Text.RegularExpressions.Regex.Match(line, "^ *(?:runs|serves|elsewhere|shown) '([^']+)'"))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);
    }

    [Fact]
    public void Packages_are_added_in_the_versions_that_are_tested_here()
    {
        string central = File.ReadAllText(RepositoryRoot.Combine("Directory.Packages.props"));
        string[] added = [.. Blocks("```sh").SelectMany(block => block).Where(line => line.StartsWith("dotnet add package", StringComparison.Ordinal))];
        Assert.NotEmpty(added);
        Assert.All(added, line =>
        {
            string[] words = line.Split(' ');
            Assert.True(
                words is [.., "--prerelease"] ? words[3].StartsWith("MGLMM.", StringComparison.Ordinal)
                    : words is [.., "--version", _] && central.Contains($"Include=\"{words[3]}\" Version=\"{words[5]}\"", StringComparison.Ordinal),
                $"Not the version of Directory.Packages.props: {line}");
        });
    }

    [Fact]
    public void Packages_that_are_named_with_a_version_are_those_that_are_tested_here()
    {
        string central = File.ReadAllText(RepositoryRoot.Combine("Directory.Packages.props"));
        (string Name, string Version)[] named = [.. Readme.SelectMany(line => System.Text.RegularExpressions.Regex.Matches(line, @"`([\w.]+)` (\d+\.\d+\.\d+)").Select(match => (match.Groups[1].Value, match.Groups[2].Value)))];
        Assert.NotEmpty(named);
        Assert.All(named, package => Assert.Contains($"Include=\"{package.Name}\" Version=\"{package.Version}\"", central, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_of_the_packages_shows_code_of_the_readme()
    {
        string[] shown = PageCode.Blocks("```csharp", File.ReadAllLines(RepositoryRoot.Combine("src", "Packaging", "README.md"))).SelectMany(block => block).Where(line => line.Length > 0).ToArray();
        Assert.NotEmpty(shown);
        Assert.Empty(shown.Except(Readme));
    }

    [Fact]
    public void The_page_of_the_packages_installs_the_tool_as_the_readme_does()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("src", "Packaging", "README.md"));
        string install = Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "`(dotnet tool install [^`]+)`").Select(match => match.Groups[1].Value));
        Assert.Contains(install, Readme);
    }

    /// <summary>The table of functions names every function with its arguments, in their order; those with a question mark may be left out.</summary>
    [Fact]
    public void The_table_of_functions_is_that_of_the_schemas()
    {
        string[] shown = [.. Readme.Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^\|(?: `\w+`)? \| `(\w+\([^)]*\))` \|")).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        using GardenModel model = new();
        string[] real = [.. new VisionToolset(model).AsAITools().Cast<AIFunction>().Select(Signature)];
        Assert.Equal(real.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));

        static string Signature(AIFunction function)
        {
            string?[] required = [.. function.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString())];
            return $"{function.Name}({string.Join(", ", function.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => required.Contains(property.Name) ? property.Name : property.Name + "?"))})";
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Blocks(string fence) => PageCode.Blocks(fence, Readme);
}
