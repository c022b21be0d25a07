
[assembly: AssemblyFixture(typeof(OracleFixture))]
