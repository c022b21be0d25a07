using StackExchange.Redis;

namespace MGLMM.Orleans.Tests;

/// <summary>Addresses as people write them.</summary>
public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("redis://127.0.0.1:6399", "127.0.0.1:6399", null, null, false, 0)]
    [InlineData("redis://cache", "cache:6379", null, null, false, 0)]
    [InlineData("redis://:p%40ss@cache:1234/3", "cache:1234", null, "p@ss", false, 3)]
    [InlineData("rediss://me:secret@cache", "cache:6379", "me", "secret", true, 0)]
    public void Addresses_become_options(string address, string endpoint, string? user, string? password, bool tls, int database)
    {
        ClusterAddress parsed = ClusterAddress.Parse(address);
        ConfigurationOptions options = parsed.ToOptions();
        Assert.Equal(endpoint, Assert.Single(options.EndPoints).ToString()!.Replace("Unspecified/", string.Empty, StringComparison.Ordinal));
        Assert.Equal((user, password, tls, (int?)database), (options.User, options.Password, options.Ssl, options.DefaultDatabase));
        Assert.DoesNotContain("ss@", parsed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", parsed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:6379")]
    [InlineData("http://cache")]
    [InlineData("redis://")]
    [InlineData("redis://cache/db")]
    [InlineData("redis://:hunter2@cache/x")]
    public void Other_addresses_are_refused_without_their_secrets(string address)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => ClusterAddress.Parse(address));
        Assert.Contains("redis://host:port", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }
}
