namespace MGLMM.Cli.Tests;

/// <summary>A model that was converted for CUDA and runs on the CPU says so once, whichever command loads it.</summary>
public sealed class FallbackNoteTests(OracleFixture oracle) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_command_that_loads_a_model_says_that_one_for_cuda_runs_on_the_cpu()
    {
        string bundle = _folder.PathOf("bundle");
        oracle.Convert(bundle, "fp16", "cuda");
        string picture = OracleData.Image("landscape_97x61.png");
        string[][] commands =
        [
            ["ask", "--image", picture, "--instruction", "Describe.", "--max-new-tokens", "1"],
            ["evaluate", RepositoryRoot.Combine("tests", "MGLMM.Data.Tests", "data", "fixtures", "segcap", "segcap.jsonl"), "--limit", "1", "--parallel", "2"],
            ["annotate", picture, "--output", _folder.PathOf("out"), "--no-chat", "--sheet", "0"],
        ];
        foreach (string[] command in commands)
        {
            (_, _, string error) = await Tool.RunAsync([.. command, "--model", bundle]);
            Assert.Single(error.Split('\n'), line => line.StartsWith("note: Model ", StringComparison.Ordinal) && line.Contains(" runs on the CPU: ", StringComparison.Ordinal));

            // What is laid out for the CPU runs there as it is meant to.
            (_, _, error) = await Tool.RunAsync([.. command, "--model", oracle.BundleFolder]);
            Assert.DoesNotContain("runs on the CPU", error, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();
}
