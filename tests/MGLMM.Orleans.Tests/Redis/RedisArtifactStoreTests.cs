using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MGLMM.Orleans.Conversations;
using StackExchange.Redis;

namespace MGLMM.Orleans.Tests.Redis;

/// <summary>Files of conversations in a real Redis.</summary>
public sealed class RedisArtifactStoreTests
{
    private static readonly byte[] Bytes = [0, 1, 2, 255];

    [Fact]
    public async Task Files_are_kept_by_name_and_prefix_and_go()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(Patient(ClusterAddress.Parse(server.Address)));
        RedisArtifactStore store = new(connection, "one/files", TimeSpan.FromHours(1)), other = new(connection, "other/files", TimeSpan.FromHours(1));
        await store.PutAsync("a/img1.png", Bytes);
        await store.PutAsync("a/img2.png", new byte[1 << 20]);
        Assert.Equal(Bytes, await store.GetAsync("a/img1.png"));
        Assert.Equal(1 << 20, (await store.GetAsync("a/img2.png"))!.Length);
        Assert.Null(await store.GetAsync("a/img3.png"));
        Assert.Null(await other.GetAsync("a/img1.png"));
        await other.RemoveAsync(["a/img1.png"]);
        await store.RemoveAsync([]);
        await store.RemoveAsync(["a/img2.png", "a/never.png"]);
        Assert.Equal(Bytes, await store.GetAsync("a/img1.png"));
        Assert.Null(await store.GetAsync("a/img2.png"));
    }

    [Fact]
    public async Task A_file_goes_by_itself_so_long_after_its_last_use()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(Patient(ClusterAddress.Parse(server.Address)));
        IDatabase database = connection.GetDatabase();
        RedisArtifactStore store = new(connection, "f", TimeSpan.FromHours(1)), brief = new(connection, "brief", TimeSpan.FromMilliseconds(30));
        await store.PutAsync("a", Bytes);
        Assert.InRange((await database.KeyTimeToLiveAsync("f/a"))!.Value.TotalMinutes, 65, 66);

        // As if half its time were over: to read it is to use it.
        await database.KeyExpireAsync("f/a", TimeSpan.FromMinutes(30));
        Assert.Equal(Bytes, await store.GetAsync("a"));
        Assert.InRange((await database.KeyTimeToLiveAsync("f/a"))!.Value.TotalMinutes, 65, 66);
        await database.KeyExpireAsync("f/a", TimeSpan.FromMinutes(30));
        await store.TouchAsync(["a", "never"]);
        Assert.InRange((await database.KeyTimeToLiveAsync("f/a"))!.Value.TotalMinutes, 65, 66);
        Assert.False(await database.KeyExistsAsync("f/never"));

        await brief.PutAsync("a", Bytes);
        while (await database.KeyExistsAsync("brief/a"))
        {
            await Task.Delay(5);
        }

        Assert.Null(await brief.GetAsync("a"));
    }

    [Fact]
    public async Task Nobody_without_the_password_reads_or_writes()
    {
        await using RedisServer server = await RedisServer.StartAsync(_ => ["--requirepass", "p@ss word"]);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(
            Patient(ClusterAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"redis://:{Uri.EscapeDataString("p@ss word")}@127.0.0.1:{server.Port}"))));
        RedisArtifactStore store = new(connection, "f", TimeSpan.FromHours(1));
        await store.PutAsync("a", Bytes);
        Assert.Equal(Bytes, await store.GetAsync("a"));

        await using ConnectionMultiplexer without = await ConnectionMultiplexer.ConnectAsync(Impatient(ClusterAddress.Parse(server.Address)));
        RedisArtifactStore stranger = new(without, "f", TimeSpan.FromHours(1));
        IOException refused = await Assert.ThrowsAsync<IOException>(() => stranger.GetAsync("a"));
        Assert.Equal("The store of files cannot be reached.", refused.Message);
        await Assert.ThrowsAsync<IOException>(() => stranger.PutAsync("a", new byte[1]));
        Assert.Equal(Bytes, await store.GetAsync("a"));
    }

    [Fact]
    public async Task With_TLS_only_a_certificate_that_is_trusted_is_spoken_to()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        await using RedisServer server = await RedisServer.StartAsync(started =>
        {
            string file = Path.Combine(started.Folder, "redis.pem");
            File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
            return ["--tls-port", started.Port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", file, "--tls-key-file", file, "--tls-ca-cert-file", file, "--tls-auth-clients", "no"];
        });
        ClusterAddress address = ClusterAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"rediss://127.0.0.1:{server.Port}"));
        ConfigurationOptions trusting = Patient(address);
        trusting.CertificateValidation += (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(trusting);
        RedisArtifactStore store = new(connection, "f", TimeSpan.FromHours(1));
        await store.PutAsync("a", Bytes);
        Assert.Equal(Bytes, await store.GetAsync("a"));

        await using ConnectionMultiplexer careful = await ConnectionMultiplexer.ConnectAsync(Impatient(address));
        await Assert.ThrowsAsync<IOException>(() => new RedisArtifactStore(careful, "f", TimeSpan.FromHours(1)).GetAsync("a"));
        await using ConnectionMultiplexer clear = await ConnectionMultiplexer.ConnectAsync(Impatient(ClusterAddress.Parse(server.Address)));
        await Assert.ThrowsAsync<IOException>(() => new RedisArtifactStore(clear, "f", TimeSpan.FromHours(1)).GetAsync("a"));
    }

    [Fact]
    public async Task What_was_put_is_there_after_a_crash_and_meanwhile_the_fault_has_words()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(Patient(ClusterAddress.Parse(server.Address)));
        RedisArtifactStore store = new(connection, "f", TimeSpan.FromHours(1));
        for (int number = 0; number < 50; number++)
        {
            await store.PutAsync($"a{number}", new byte[] { (byte)number });
        }

        await server.KillAsync();
        IOException lost = await Assert.ThrowsAsync<IOException>(() => store.GetAsync("a0"));
        Assert.Equal("The store of files cannot be reached.", lost.Message);
        await Assert.ThrowsAsync<IOException>(() => store.RemoveAsync(["a0"]));
        await server.StartAgainAsync();
        await using ConnectionMultiplexer again = await ConnectionMultiplexer.ConnectAsync(Patient(ClusterAddress.Parse(server.Address)));
        RedisArtifactStore after = new(again, "f", TimeSpan.FromHours(1));
        for (int number = 0; number < 50; number++)
        {
            Assert.Equal((byte)number, Assert.Single((await after.GetAsync($"a{number}"))!));
        }
    }

    /// <summary>A machine that is busy is waited for; a server that is gone is not.</summary>
    private static ConfigurationOptions Patient(ClusterAddress address)
    {
        ConfigurationOptions options = address.ToOptions();
        options.ConnectTimeout = 60_000;
        options.AsyncTimeout = 60_000;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }

    /// <summary>So that a test need not wait for what never comes.</summary>
    private static ConfigurationOptions Impatient(ClusterAddress address)
    {
        ConfigurationOptions options = address.ToOptions();
        options.ConnectTimeout = 1_000;
        options.ConnectRetry = 1;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }
}
