namespace MGLMM.Architecture.Tests;

/// <summary>What the workflows of GitHub have to have in common.</summary>
public sealed class WorkflowsTests
{
    /// <summary>Under CI on Linux tests that drive a program are not skipped, so that program must be there.</summary>
    [Fact]
    public void Every_workflow_that_tests_installs_the_programs_of_the_tests_before()
    {
        string[] testing = [.. Directory.GetFiles(RepositoryRoot.Combine(".github", "workflows"), "*.yml").Select(File.ReadAllText).Where(text => text.Contains("run: dotnet test", StringComparison.Ordinal))];
        Assert.Equal(2, testing.Length);
        Assert.All(testing, text => Assert.InRange(text.IndexOf("uses: ./.github/actions/test-programs", StringComparison.Ordinal), 0, text.IndexOf("run: dotnet test", StringComparison.Ordinal)));
    }
}
