namespace MGLMM.Hub.Tests;

/// <summary>The environment variables of the hub's Python library mean here what they mean there.</summary>
public sealed class HubSettingsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("mglmm-hub-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Without_any_the_public_hub_and_the_user_s_cache()
    {
        HubSettings settings = Read([]);
        Assert.Equal(new Uri("https://huggingface.co"), settings.Endpoint);
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface", "hub"), settings.CacheFolder);
        Assert.False(settings.Offline);
    }

    [Fact]
    public void Folders()
    {
        Assert.Equal(Path.Combine(_home, "hub"), Read([("HF_HOME", _home)]).CacheFolder);
        Assert.Equal(Path.Combine(_home, "mglmm"), Read([("HF_HOME", _home)]).BundlesFolder);
        Assert.Equal(Path.Combine(_home, "huggingface", "hub"), Read([("XDG_CACHE_HOME", _home)]).CacheFolder);
        Assert.Equal(Path.Combine(_home, "c"), Read([("HF_HOME", "/elsewhere"), ("HF_HUB_CACHE", Path.Combine(_home, "c"))]).CacheFolder);
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "x", "hub"), Read([("HF_HOME", "~/x")]).CacheFolder);
    }

    [Fact]
    public void Tokens()
    {
        File.WriteAllText(Path.Combine(_home, "token"), "hf_file\n");
        File.WriteAllText(Path.Combine(_home, "other"), "hf_other");
        Assert.Equal("hf_variable", Read([("HF_HOME", _home), ("HF_TOKEN", " hf_variable\n")]).Token);
        Assert.Equal("hf_file", Read([("HF_HOME", _home)]).Token);
        Assert.Equal("hf_other", Read([("HF_HOME", _home), ("HF_TOKEN_PATH", Path.Combine(_home, "other"))]).Token);
        Assert.Null(Read([("HF_HOME", _home), ("HF_TOKEN_PATH", Path.Combine(_home, "none"))]).Token);
        Assert.Null(Read([("HF_HOME", _home), ("HF_TOKEN", "hf_variable"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).Token);
    }

    [Fact]
    public void A_token_behind_a_link_has_its_own_length()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        File.WriteAllText(Path.Combine(_home, "kept"), new string('t', 5000));
        File.CreateSymbolicLink(Path.Combine(_home, "token"), "kept");
        Assert.Null(Read([("HF_HOME", _home)]).Token);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("YES", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Offline(string value, bool offline) => Assert.Equal(offline, Read([("HF_HUB_OFFLINE", value)]).Offline);

    [Fact]
    public void Endpoints()
    {
        Assert.Equal("http://127.0.0.1:8080/", Read([("HF_ENDPOINT", "http://127.0.0.1:8080/")]).Endpoint.AbsoluteUri);
        foreach (string wrong in (string[])["hub", "ftp://hub", "https://user:secret@hub"])
        {
            Assert.Contains("HF_ENDPOINT", Assert.Throws<HubException>(() => Read([("HF_ENDPOINT", wrong)])).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("org/name", "org/name", null)]
    [InlineData("org/name@v1.0", "org/name", "v1.0")]
    [InlineData("MBZUAI/GLaMM-FullScope@refs/pr/1", "MBZUAI/GLaMM-FullScope", "refs/pr/1")]
    public void Names(string text, string id, string? revision) => Assert.Equal(new HubModel(id, revision), HubModel.Parse(text));

    [Theory]
    [InlineData("name")]
    [InlineData("org/name/more")]
    [InlineData("./name")]
    [InlineData("../name")]
    [InlineData("/org/name")]
    [InlineData("org/../name")]
    [InlineData("org/name@")]
    [InlineData("org/name@../x")]
    [InlineData("org/na me")]
    [InlineData("org--x/name")]
    [InlineData("https://huggingface.co/org/name")]
    public void No_names(string text) => Assert.False(HubModel.TryParse(text, out _));

    private static HubSettings Read(IEnumerable<(string Name, string Value)> variables)
    {
        Dictionary<string, string> environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        return HubSettings.FromEnvironment(environment.GetValueOrDefault);
    }
}
